package bulk_test

import (
	"archive/zip"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
)

// FuzzWorkbook reads archives as they come, or the parts that it is given in an archive that is whole: behind
// a checksum nothing would be found.
func FuzzWorkbook(f *testing.F) {
	good := parts(nil)
	f.Add([]byte{}, good[onePart], good[texts], good[styles], good[bookPart])
	for _, rows := range []string{row("A") + row("B"), `<row r="2"><c r="A2" s="3"><v>38362.5</v></c><c r="C2" t="b"><v>0</v></c><c r="XFD2"><v>2E1</v></c></row>`,
		`<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>`, `<row><c><f>1</f></c></row>`, `<row r="9"><c t="inlineStr"><is><r><t>_xD83D__xDE00_</t></r><rPh><t/></rPh></is></c></row>`} {
		f.Add([]byte{}, sheetWith(rows)+"<!-- x -->", good[texts], good[styles], good[bookPart])
		f.Add(workbookOf(f, rows), "", "", "", "")
	}
	f.Add([]byte{}, sheetWith(`</sheetData><mergeCells><mergeCell ref="$A$2:B3"/></mergeCells><sheetData>`), `<!DOCTYPE x>`, good[styles], bookOf(`<sheet name="a" state="hidden" r:id="rId4"/>`))
	f.Add(written(f, bulk.MediaXLSX, []string{"name", "pay", "did"}, []any{"=1", 5, "true"}), "", "", "", "")
	f.Fuzz(func(t *testing.T, raw []byte, sheet, shared, style, book string) {
		if len(raw) == 0 {
			raw = archive(t, parts(map[string]string{onePart: sheet, texts: shared, styles: style, bookPart: book}), zip.Store)
		}
		records, err := form.Read(bulk.MediaXLSX, raw)
		if err != nil {
			require.Empty(t, records)
			for _, x := range refused(t, err) {
				require.Regexp(t, `^(file|line:\d+|cell:[A-Z]{1,3}\d+|column:(\d+|row|name|pay|did|codes)|sheet:\d+)$`, x.pointer)
			}
			return
		}
		require.LessOrEqual(t, len(records), form.MaxRows)
		last := 1
		for _, r := range records {
			require.Greater(t, r.Line, last-1, "rows in order")
			last = r.Line + 1
			for _, v := range r.Values {
				require.True(t, utf8.ValidString(v) && !strings.ContainsRune(v, 0), "%q", v)
			}
		}
	})
}
