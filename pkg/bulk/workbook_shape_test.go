package bulk_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
)

// row is a row of form in a workbook, without names.
func row(name string) string {
	return `<row><c t="str"><v>` + name + `</v></c><c><v>1</v></c><c t="b"><v>1</v></c></row>`
}

func TestTheShapeOfAWorkbook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows  string
		lines []int
	}{
		"a header alone":         {"", nil},
		"no numbers of rows":     {row("A") + row("B"), []int{2, 3}},
		"gaps between rows":      {`<row r="5"><c r="A5" t="str"><v>A</v></c></row>` + row("B"), []int{5, 6}},
		"empty rows":             {row("A") + `<row/><row><c s="1"/><c t="s"/><c><v/></c></row>` + row("B") + `<row r="1048576"/>`, []int{2, 5}},
		"a merge under the list": {row("A") + `</sheetData><mergeCells><mergeCell ref="A9:B9"/></mergeCells><sheetData>`, []int{2}},
	} {
		records, err := form.Read(bulk.MediaXLSX, workbookOf(t, c.rows))
		require.NoError(t, err, name)
		var lines []int
		for _, r := range records {
			lines = append(lines, r.Line)
			require.NotNil(t, r.JSON, name)
		}
		require.Equal(t, c.lines, lines, name)
	}
	for _, beyond := range []string{"D2", "XFD2"} {
		records, err := form.Read(bulk.MediaXLSX, workbookOf(t, `<row r="2"><c r="A2" t="str"><v>A</v></c><c r="`+beyond+`"><v>1</v></c></row>`))
		require.NoError(t, err)
		require.Nil(t, records[0].JSON, "a cell too many, as in CSV")
		require.Equal(t, map[string]string{"name": "A", "pay": "", "did": ""}, records[0].Values)
	}
}

// TestAWorkbookInOtherWords: prefixes for the namespace, the strict namespace, names of parts in another case
// and parts with another name mean the same.
func TestAWorkbookInOtherWords(t *testing.T) {
	t.Parallel()
	prefixed := strings.NewReplacer("</", "</x:", "<", "<x:", " xmlns=", " xmlns:x=").Replace(strings.TrimPrefix(sheetWith(row("plain")), `<?xml version="1.0" encoding="UTF-8"?>`))
	upper := parts(nil)
	upper["XL/Worksheets/SHEET1.xml"] = upper[onePart]
	delete(upper, onePart)
	strict := parts(nil)
	for name, part := range strict {
		strict[name] = strings.NewReplacer("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main",
			officeRel, "http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(part)
	}
	for name, all := range map[string]map[string]string{
		"prefixes":             parts(map[string]string{onePart: prefixed}),
		"another case":         upper,
		"the strict form":      strict,
		"a byte order mark":    parts(map[string]string{onePart: "\ufeff" + sheetWith(row("plain"))}),
		"pictures and printer": parts(map[string]string{"xl/media/image1.png": "\x89PNG", "xl/printerSettings/printerSettings1.bin": "x", "docProps/": ""}),
		"an address in a cell": parts(map[string]string{"xl/worksheets/_rels/sheet1.xml.rels": relsBegin + `<Relationship Id="rId1" Type="` + officeRel + `/hyperlink" Target="mailto:x@x.example" TargetMode="External"/></Relationships>`}),
		"no texts, no styles": parts(map[string]string{texts: "", styles: "", onePart: sheetWith(row("plain")),
			bookRels: relsBegin + `<Relationship Id="rId1" Type="` + officeRel + `/worksheet" Target="../xl/worksheets/./sheet1.xml"/></Relationships>`}),
	} {
		records, err := form.Read(bulk.MediaXLSX, packed(t, all))
		require.NoError(t, err, name)
		require.Len(t, records, 1, name)
		require.JSONEq(t, `{"name":"plain","pay":1,"did":true}`, string(records[0].JSON), name)
	}
}

func TestWhichSheetIsRead(t *testing.T) {
	t.Parallel()
	const one, hidden, veryHidden = `<sheet name="Rossi" sheetId="1" r:id="rId1"/>`, `<sheet name="Elenco" sheetId="2" state="hidden" r:id="rId1"/>`, `<sheet name="x" sheetId="3" state="veryHidden" r:id="rId1"/>`
	const named, chart, lost = `<sheet name="ELENCO" sheetId="4" state="visible" r:id="rId1"/>`, `<sheet name="c" sheetId="5" r:id="rId4"/>`, `<sheet name="l" sheetId="6" r:id="rId9"/>`
	for name, c := range map[string]struct {
		sheets, asked, pointer, code string
	}{
		"one":                      {one, "", "", ""},
		"one of another name":      {one, "Elenco", "", ""},
		"one beside hidden ones":   {hidden + one + veryHidden, "", "", ""},
		"the one named":            {one + named, "Elenco", "", ""},
		"two":                      {one + named, "", "sheet:2", "several"},
		"two, none of the name":    {one + named, "Lavoratori", "sheet:Lavoratori", "missing"},
		"the one named is hidden":  {one + hidden, "Elenco", "sheet:Elenco", "hidden"},
		"all hidden":               {hidden + veryHidden, "", "sheet:1", "none"},
		"none":                     {"", "", "sheet:1", "none"},
		"a chart":                  {chart, "", "sheet:1", "kind"},
		"a chart beside a sheet":   {one + chart, "", "sheet:2", "several"},
		"a sheet that leads to no": {lost, "", "sheet:1", "kind"},
	} {
		f := form
		f.Sheet = c.asked
		records, err := f.Read(bulk.MediaXLSX, packed(t, parts(map[string]string{bookPart: bookOf(c.sheets)})))
		if c.pointer == "" {
			require.NoError(t, err, name)
			require.Len(t, records, 1, name)
			continue
		}
		require.Equal(t, []refusal{{"request-invalid", c.pointer, c.code}}, refused(t, err), name)
		require.NotContains(t, err.Error(), "Rossi", "a name of a sheet may be a person's")
	}
}
