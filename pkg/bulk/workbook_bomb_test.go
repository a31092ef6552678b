package bulk_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
)

// streamed is a workbook in which one part is written piece by piece: it may be larger than memory.
func streamed(t *testing.T, part, before, after string, n int, piece func(i int) string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts(map[string]string{part: ""}) {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(w, content)
		require.NoError(t, err)
	}
	w, err := z.Create(part)
	require.NoError(t, err)
	_, err = io.WriteString(w, before)
	require.NoError(t, err)
	for i := range n {
		_, err = io.WriteString(w, piece(i))
		require.NoError(t, err)
	}
	_, err = io.WriteString(w, after)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

// highest runs f and returns the most bytes that were on the heap meanwhile, beyond those before.
func highest(f func()) uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, m.HeapAlloc
	done, seen := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(seen)
		every := time.NewTicker(2 * time.Millisecond)
		defer every.Stop()
		for {
			select {
			case <-done:
				return
			case <-every.C:
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	}()
	f()
	close(done)
	<-seen
	return peak - before
}

// many is a form of as many rows as a call takes.
var many = bulk.Form{Columns: form.Columns, MaxRows: 20_000}

// TestBombsAreRefusedInTimeAndMemory is not parallel: it looks at the heap of the process.
func TestBombsAreRefusedInTimeAndMemory(t *testing.T) {
	sheet := strings.TrimSuffix(sheetWith(""), `</sheetData></worksheet>`)
	const end, sst = `</sheetData></worksheet>`, `<sst` + mainSpace + `>`
	same := func(s string) func(int) string { return func(int) string { return s } }
	counted := func(format string) func(int) string { return func(i int) string { return fmt.Sprintf(format, i+2) } }
	for name, c := range map[string]struct {
		raw           []byte
		pointer, code string
	}{
		"a million empty rows":      {streamed(t, onePart, sheet, end, 1_000_000, counted(`<row r="%d" spans="1:12" ht="15"/>`)), "line:100002", "blank-rows"},
		"a million rows of nothing": {streamed(t, onePart, sheet, end, 200_000, counted(`<row r="%d"><c s="1"/><c s="2"/></row>`)), "line:100002", "blank-rows"},
		"30 MB of one element":      {streamed(t, onePart, sheet+"</sheetData>", "</worksheet>", 300, same(strings.Repeat("<cols/>", 14_000))), "file", "ratio"},
		"30 MB of blanks":           {streamed(t, onePart, sheet, end, 300, same(strings.Repeat(" ", 100_000))), "file", "xml"},
		"more than 64 MiB":          {streamed(t, onePart, sheet+"</sheetData>", "</worksheet>", 2_500_000, counted(`<x a="%d" bcdefgh="ijklmno"/>`)), "file", "size"},
		"many shared strings":       {streamed(t, texts, sst, "</sst>", 600_000, counted(`<si><t>%d</t></si>`)), "file", "strings"},
		"long shared strings":       {streamed(t, texts, sst, "</sst>", 400_000, counted(`<si><t>%032d</t></si>`)), "file", "size"},
		"a string of 20 MB in runs": {streamed(t, texts, sst+"<si>", "</si></sst>", 800_000, counted(`<r><t>%020d</t></r>`)), "cell:A2", "length"},
		"a long text everywhere": {packed(t, parts(map[string]string{texts: sst + "<si><t>" + strings.Repeat("x", 32_767) + "</t></si></sst>",
			onePart: sheetWith(strings.Repeat(`<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>`, 19_000))})), "file", "size"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			var took time.Duration
			peak := highest(func() {
				from := time.Now()
				_, err = many.Read(bulk.MediaXLSX, c.raw)
				took = time.Since(from)
			})
			t.Logf("%d KiB packed: %d KiB of heap, %v", len(c.raw)>>10, peak>>10, took)
			require.Less(t, len(c.raw), 10<<20, "a call takes no more")
			found := refused(t, err)
			require.Equal(t, []string{c.pointer, c.code}, []string{found[0].pointer, found[0].field})
			require.Less(t, peak, uint64(64<<20))
			require.Less(t, took, 20*time.Second)
		})
	}
}

func TestTheLimitIsNamed(t *testing.T) {
	t.Parallel()
	book := parts(map[string]string{texts: `<sst` + mainSpace + `>` + strings.Repeat("<si><t>"+strings.Repeat("0123456789", 3_000)+"</t></si>", 400) + `</sst>`})
	_, err := form.Read(bulk.MediaXLSX, packed(t, book))
	f := fault.As(err)
	require.NotNil(t, f)
	require.Equal(t, []any{fault.RequestInvalid, "ratio"}, []any{f.Code, f.Fields[0].Code})
	require.Contains(t, f.Fields[0].Text.IT, "200")
	_, err = form.Read(bulk.MediaXLSX, workbookOf(t, strings.Repeat(`<row/>`, 100_001)))
	require.Contains(t, fault.As(err).Fields[0].Text.IT, "100000")
	book = parts(nil)
	for i := range 1000 {
		book[fmt.Sprintf("xl/media/image%d.png", i)] = "x"
	}
	_, err = form.Read(bulk.MediaXLSX, packed(t, book))
	require.Equal(t, []refusal{{fault.RequestInvalid, "file", "parts"}}, refused(t, err))
}

// TestAWholeListIsReadInFlatMemory reads 20,000 rows of twelve columns, as many as a call takes.
func TestAWholeListIsReadInFlatMemory(t *testing.T) {
	var columns []bulk.Column
	var header []string
	row := make([]any, 12)
	for i := range row {
		columns = append(columns, bulk.Column{Name: fmt.Sprintf("column_%d", i)})
		header, row[i] = append(header, columns[i].Name), fmt.Sprintf("some text of a cell %d", i)
	}
	rows := make([][]any, 20_000)
	for i := range rows {
		rows[i] = row
	}
	raw := written(t, bulk.MediaXLSX, header, rows...)
	var records []bulk.Record
	var err error
	var took time.Duration
	peak := highest(func() {
		from := time.Now()
		records, err = bulk.Form{Columns: columns, MaxRows: 20_000}.Read(bulk.MediaXLSX, raw)
		took = time.Since(from)
	})
	t.Logf("%d KiB packed: %d KiB of heap, %v", len(raw)>>10, peak>>10, took)
	require.NoError(t, err)
	require.Len(t, records, 20_000)
	require.Less(t, peak, uint64(128<<20), "the records themselves are most of it")
	require.Less(t, took, 20*time.Second)
}
