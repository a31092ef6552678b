package bulk_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
)

const (
	mainSpace = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	officeRel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relsBegin = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	typesPart = "[Content_Types].xml"
	bookPart  = "xl/workbook.xml"
	bookRels  = "xl/_rels/workbook.xml.rels"
	onePart   = "xl/worksheets/sheet1.xml"
	texts     = "xl/sharedStrings.xml"
	styles    = "xl/styles.xml"
	// titles is the header of form.
	titles = `<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>pay</t></is></c><c r="C1" t="inlineStr"><is><t>did</t></is></c></row>`
)

// sheetWith is a sheet with the header of form and these rows.
func sheetWith(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><worksheet` + mainSpace + `><sheetData>` + titles + rows + `</sheetData></worksheet>`
}

// parts are those of a workbook as spreadsheets write it, with others in their places; an empty one is left out.
func parts(others map[string]string) map[string]string {
	all := map[string]string{
		typesPart: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels": relsBegin + `<Relationship Id="rId1" Type="` + officeRel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		bookPart:      bookOf(`<sheet name="Foglio1" sheetId="1" r:id="rId1"/>`),
		bookRels: relsBegin + `<Relationship Id="rId1" Type="` + officeRel + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + officeRel + `/sharedStrings" Target="/xl/sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + officeRel + `/styles" Target="styles.xml"/>` +
			`<Relationship Id="rId4" Type="` + officeRel + `/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`,
		texts: `<sst` + mainSpace + ` count="9" uniqueCount="5"><si><t>plain</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">Rossi </t></r><r><t>Mario</t></r><rPh sb="0" eb="1"><t>kana</t></rPh><phoneticPr fontId="1"/></si>` +
			`<si><t xml:space="preserve"> edge </t></si><si><t> trimmed </t></si><si/></sst>`,
		styles: `<styleSheet` + mainSpace + `><numFmts count="5"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy"/>` +
			`<numFmt numFmtId="166" formatCode="#,##0.00\ &quot;day&quot;;[Red]\-0"/><numFmt numFmtId="167" formatCode="[$-410]d\ mmmm\ yyyy;@"/><numFmt numFmtId="168" formatCode="[h]:mm:ss"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs count="8"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="168"/></cellXfs></styleSheet>`,
		onePart: sheetWith(`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>1</v></c><c r="C2" t="b"><v>1</v></c></row>`),
	}
	maps.Copy(all, others)
	maps.DeleteFunc(all, func(_, content string) bool { return content == "" })
	return all
}

func bookOf(sheets string) string {
	return `<workbook` + mainSpace + ` xmlns:r="` + officeRel + `"><sheets>` + sheets + `</sheets></workbook>`
}

// packed writes parts into a ZIP file.
func packed(t require.TestingT, parts map[string]string) []byte {
	return archive(t, parts, zip.Deflate)
}

func archive(t require.TestingT, parts map[string]string, method uint16) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		require.NoError(t, err)
		_, err = w.Write([]byte(parts[name]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return out.Bytes()
}

// workbookOf is a workbook with these rows under the header of form.
func workbookOf(t require.TestingT, rows string) []byte {
	return packed(t, parts(map[string]string{onePart: sheetWith(rows)}))
}

// TestTheCellsOfAWorkbook writes one row of cells in the ways of several programs.
func TestTheCellsOfAWorkbook(t *testing.T) {
	t.Parallel()
	const rest = `<c r="B2"><v>1</v></c><c r="C2" t="b"><v>1</v></c>`
	for name, c := range map[string]struct{ cells, name, json string }{
		"a shared text":            {`<c r="A2" t="s"><v>0</v></c>` + rest, "plain", ""},
		"runs, and how they sound": {`<c r="A2" t="s"><v>1</v></c>` + rest, "Rossi Mario", ""},
		"blanks that count":        {`<c r="A2" t="s"><v>2</v></c>` + rest, " edge ", ""},
		"blanks that do not":       {`<c r="A2" t="s"><v>3</v></c>` + rest, "trimmed", ""},
		"an empty shared text":     {`<c r="A2" t="s"><v>4</v></c>` + rest, "", ""},
		"an inline text of runs":   {`<c r="A2" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r><rPh><t>x</t></rPh></is></c>` + rest, "a b", ""},
		"a text of its own":        {`<c r="A2" t="str"><v>=1+1</v></c>` + rest, "=1+1", ""},
		"an apostrophe stays":      {`<c r="A2" t="str"><v>'=1</v></c>` + rest, "'=1", ""},
		"characters by number":     {`<c r="A2" t="str"><v>a_x000D_&#10;_x005F_x0041__xD83D__xDE00_&amp;</v></c>` + rest, "a\r\n_x0041_😀&", ""},
		"CDATA and a comment":      {`<c r="A2" t="str"><v><![CDATA[<a]]><!-- x -->b</v></c>` + rest, "<ab", ""},
		"a number for a text":      {`<c r="A2"><v>1.2345678901E10</v></c>` + rest, "12345678901", ""},
		"an ISO day":               {`<c r="A2" t="d"><v>2005-01-10T00:00:00Z</v></c>` + rest, "2005-01-10", ""},
		"no names of cells":        {`<c t="str"><v>A</v></c><c><v>1</v></c><c t="b"><v>0</v></c>`, "A", `{"name":"A","pay":1,"did":false}`},
		"a gap":                    {`<c r="A2" t="str"><v>A</v></c><c r="C2" t="b"><v>true</v></c>`, "A", `{"name":"A","pay":"","did":true}`},
		"20.0":                     {`<c r="A2" t="str"><v>A</v></c><c r="B2" t="n"><v>20.0</v></c><c r="C2" t="b"><v>1</v></c>`, "A", `{"name":"A","pay":20,"did":true}`},
		"2E1":                      {`<c r="A2" t="str"><v>A</v></c><c r="B2" s="5"><v>2E1</v></c><c r="C2" t="b"><v>1</v></c>`, "A", `{"name":"A","pay":20,"did":true}`},
		"a fraction":               {`<c r="A2" t="str"><v>A</v></c><c r="B2"><v>20.100000000000001</v></c><c r="C2" t="b"><v>1</v></c>`, "A", `{"name":"A","pay":"20.1","did":true}`},
		"a text of digits":         {`<c r="A2" t="str"><v>A</v></c><c r="B2" t="str"><v>007</v></c><c r="C2" t="str"><v>TRUE</v></c>`, "A", `{"name":"A","pay":"007","did":true}`},
		"a one for a true":         {`<c r="A2" t="str"><v>A</v></c><c r="B2"><v>1</v></c><c r="C2"><v>1</v></c>`, "A", `{"name":"A","pay":1,"did":"1"}`},
		"what is not known":        {`<c r="A2" t="str"><v>A</v><extLst><ext><f>1</f></ext></extLst></c>` + rest + `<x:c xmlns:x="urn:x"><x:f>1</x:f></x:c>`, "A", ""},
		"blanks beyond":            {`<c r="A2" t="str"><v>A</v></c>` + rest + `<c r="D2" s="1"/><c r="XFD2" s="1"/>`, "A", `{"name":"A","pay":1,"did":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records, err := form.Read(bulk.MediaXLSX, workbookOf(t, `<row r="2" spans="1:3">`+c.cells+`</row>`))
			require.NoError(t, err)
			require.Len(t, records, 1)
			require.Equal(t, c.name, records[0].Values["name"])
			if c.json != "" {
				require.JSONEq(t, c.json, string(records[0].JSON))
			}
		})
	}
}

// TestTheDaysOfAWorkbook: a number is a day by the style of its cell alone.
func TestTheDaysOfAWorkbook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cell, since1900, since1904 string }{
		"no style":            {`><v>38362</v>`, "38362", "38362"},
		"built in":            {` s="1"><v>38362</v>`, "2005-01-10", "2009-01-11"},
		"with a time":         {` s="2"><v>38362.5</v>`, "2005-01-10T12:00:00", "2009-01-11T12:00:00"},
		"with a time of zero": {` s="2"><v>38362.0000000001</v>`, "2005-01-10", "2009-01-11"},
		"year first":          {` s="3"><v>38362.0</v>`, "2005-01-10", "2009-01-11"},
		"day first":           {` s="4"><v>3.8362E4</v>`, "2005-01-10", "2009-01-11"},
		"an amount":           {` s="5"><v>38362</v>`, "38362", "38362"},
		"in words":            {` s="6"><v>38362</v>`, "2005-01-10", "2009-01-11"},
		"hours":               {` s="7"><v>1.5</v>`, "1.5", "1.5"},
		"a style of none":     {` s="99"><v>38362</v>`, "38362", "38362"},
		"before the leap bug": {` s="1"><v>59</v>`, "1900-02-28", "1904-02-29"},
		"the leap bug":        {` s="1"><v>60</v>`, "1900-02-29", "1904-03-01"},
		"after the leap bug":  {` s="1"><v>61</v>`, "1900-03-01", "1904-03-02"},
		"the first day":       {` s="1"><v>1</v>`, "1900-01-01", "1904-01-02"},
		"nought":              {` s="1"><v>0</v>`, "0", "1904-01-01"},
		"before all days":     {` s="1"><v>-1</v>`, "-1", "-1"},
		"after all days":      {` s="1"><v>2958466</v>`, "2958466", "2958466"},
		"a text":              {` s="1" t="str"><v>10/01/2005</v>`, "10/01/2005", "10/01/2005"},
	} {
		for system, want := range map[string]string{"0": c.since1900, "true": c.since1904} {
			book := parts(map[string]string{onePart: sheetWith(`<row r="2"><c r="A2"` + c.cell + `</c></row>`),
				bookPart: `<workbook` + mainSpace + ` xmlns:r="` + officeRel + `"><workbookPr date1904="` + system + `"/><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`})
			records, err := form.Read(bulk.MediaXLSX, packed(t, book))
			require.NoError(t, err, name)
			require.Equal(t, want, records[0].Values["name"], "%s, %s", name, system)
		}
	}
}
