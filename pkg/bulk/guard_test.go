package bulk_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/pkg/bulk"
)

func TestNoCellOfAFileIsAFormula(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+39": "'+39", "-5": "'-5", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx",
		"'=1": "''=1", "'A": "'A", "A=1": "A=1", "": "", "'": "'",
	} {
		// The reader of the standard library, not ours: it takes nothing off.
		rows, err := csv.NewReader(bytes.NewReader(written(t, bulk.MediaCSV, []string{"=a", "b"}, []any{cell, "x"}))).ReadAll()
		require.NoError(t, err)
		require.Equal(t, []string{"'=a", "b"}, rows[0], "a header is guarded like any text")
		require.Equal(t, []string{want, "x"}, rows[1], "%q", cell)
	}
}

// TestWhatIsWrittenIsReadBack holds for every text but that CRLF inside a cell becomes LF, as CSV readers do.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	texts := bulk.Form{Columns: []bulk.Column{{Name: "a"}, {Name: "b"}}, MaxRows: 100}
	cell := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune("'=+-@\t\"\n, A")), 0, 6, -1))
	rapid.Check(t, func(t *rapid.T) {
		row := []string{cell.Draw(t, "a"), cell.Draw(t, "b")}
		for i := range row {
			row[i] = strings.NewReplacer("\x00", "", "\r", "").Replace(row[i])
		}
		records, err := texts.Read(bulk.MediaCSV, written(t, bulk.MediaCSV, []string{"a", "b"}, []any{row[0], row[1]}))
		if err != nil || len(records) != 1 || records[0].Values["a"] != row[0] || records[0].Values["b"] != row[1] {
			t.Fatalf("%q came back as %+v, %v", row, records, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, body := range []string{"", "name,pay,did\nA,1,true\n", "\ufeffname,pay,did\r\n\"A\nB\",1,true", "name;pay;did", "{}\n\n{\"name\":\"A\"}", "\"", "row,name,pay,did\n,,,\n\n,"} {
		f.Add(true, []byte(body))
		f.Add(false, []byte(body))
	}
	f.Fuzz(func(t *testing.T, ndjson bool, body []byte) {
		media := bulk.MediaCSV
		if ndjson {
			media = bulk.MediaNDJSON
		}
		records, err := form.Read(media, body)
		if err != nil {
			require.Empty(t, records)
			require.NotEmpty(t, refused(t, err), "a refusal says where")
			return
		}
		lines := bytes.Count(body, []byte("\n")) + 1
		require.LessOrEqual(t, len(records), min(lines, form.MaxRows))
		last := 0
		for _, r := range records {
			require.Greater(t, r.Line, last, "lines in order")
			require.LessOrEqual(t, r.Line, lines)
			require.NotNil(t, r.Values)
			last = r.Line
		}
	})
}
