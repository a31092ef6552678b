package bulk_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/bulk"
	"w2w/pkg/fault"
)

const secret = "RSSMRA85T10A562S" // of nobody: what no refusal repeats

func TestACellThatIsRefused(t *testing.T) {
	t.Parallel()
	const text = `<c r="A2" t="str"><v>` + secret + `</v></c>`
	for name, c := range map[string]struct{ rows, pointer, code string }{
		"a formula":                 {`<row r="2">` + text + `<c r="B2"><f>A1+1</f><v>1</v></c></row>`, "cell:B2", "formula"},
		"a formula without value":   {`<row r="2"><c r="B2"><f/></c></row>`, "cell:B2", "formula"},
		"a shared formula":          {`<row r="2"><c r="B2"><f t="shared" si="0"/><v>1</v></c></row>`, "cell:B2", "formula"},
		"a formula beyond the list": {row("A") + `<row r="9000"><c r="XFD9000" t="str"><f>1</f><v>` + secret + `</v></c></row>`, "cell:XFD9000", "formula"},
		"an error":                  {`<row r="2">` + text + `<c r="B2" t="e"><v>#REF!</v></c></row>`, "cell:B2", "error"},
		"merged cells":              {row("A") + row("B") + `</sheetData><mergeCells><mergeCell ref="A9:B9"/><mergeCell ref="B3:C3"/></mergeCells><sheetData>`, "cell:B3", "merged"},
		"a merge before the rows":   {`</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells><sheetData>` + row("A"), "cell:A2", "merged"},
		"no such shared text":       {`<row r="2"><c r="A2" t="s"><v>5</v></c></row>`, "cell:A2", "cell"},
		"less than a shared text":   {`<row r="2"><c r="A2" t="s"><v>-1</v></c></row>`, "cell:A2", "cell"},
		"no number":                 {`<row r="2"><c r="A2"><v>` + secret + `</v></c></row>`, "cell:A2", "cell"},
		"an endless number":         {`<row r="2"><c r="A2"><v>` + strings.Repeat("1", 101) + `</v></c></row>`, "cell:A2", "cell"},
		"no boolean":                {`<row r="2"><c r="C2" t="b"><v>2</v></c></row>`, "cell:C2", "cell"},
		"an unknown kind":           {`<row r="2"><c r="C2" t="x"><v>2</v></c></row>`, "cell:C2", "cell"},
		"two values":                {`<row r="2"><c r="C2" t="str"><v>2</v><v>3</v></c></row>`, "cell:C2", "cell"},
		"a cell twice":              {`<row r="2">` + text + text + `</row>`, "cell:A2", "place"},
		"cells in another order":    {`<row r="2"><c r="B2"><v>1</v></c>` + text + `</row>`, "cell:A2", "place"},
		"a cell of another row":     {`<row r="3">` + text + `</row>`, "cell:A3", "place"},
		"a row twice":               {row("A") + `<row r="2">` + text + `</row>`, "cell:A2", "place"},
		"a row beyond":              {`<row r="1048577"/>`, "cell:A1048577", "place"},
		"NUL":                       {`<row r="2"><c r="A2" t="str"><v>a_x0000_` + secret + `</v></c></row>`, "cell:A2", "encoding"},
		"half a surrogate":          {`<row r="2"><c r="A2" t="str"><v>_xD83D_` + secret + `</v></c></row>`, "cell:A2", "encoding"},
		"the other half":            {`<row r="2"><c r="A2" t="str"><v>_xDE00_` + secret + `</v></c></row>`, "cell:A2", "encoding"},
		"a text too long":           {`<row r="2"><c r="A2" t="inlineStr"><is><t>` + strings.Repeat("à", 32768) + `</t></is></c></row>`, "cell:A2", "length"},
		"a text much too long":      {`<row r="2"><c r="A2" t="inlineStr"><is>` + strings.Repeat("<r><t>"+strings.Repeat("x", 30_000)+"</t></r>", 20) + `</is></c></row>`, "cell:A2", "length"},
		"a row too many":            {row("A") + row("B") + `<row/>` + row("C") + row("D"), "line:6", "maxItems"},
		"nothing but a header":      {`</sheetData><sheetData>` + strings.Repeat(`<row/>`, 100_001), "line:100002", "blank-rows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records, err := form.Read(bulk.MediaXLSX, workbookOf(t, c.rows))
			require.Empty(t, records)
			found := refused(t, err)
			require.Equal(t, []string{c.pointer, c.code}, []string{found[0].pointer, found[0].field})
			require.NotContains(t, err.Error(), secret)
		})
	}
	_, err := form.Read(bulk.MediaXLSX, packed(t, parts(map[string]string{onePart: `<worksheet` + mainSpace + `><sheetData><row/></sheetData></worksheet>`})))
	require.Equal(t, []refusal{{fault.RequestInvalid, "line:1", "empty"}}, refused(t, err))
	_, err = form.Read(bulk.MediaXLSX, packed(t, parts(map[string]string{onePart: strings.Replace(sheetWith(""), "pay", "pay;did", 1)})))
	require.ElementsMatch(t, []refusal{{fault.RequestInvalid, "column:2", "unknown"}, {fault.RequestInvalid, "column:pay", "required"}}, refused(t, err))
}

// TestAFileThatIsNoWorkbook spoils a good workbook in its parts.
func TestAFileThatIsNoWorkbook(t *testing.T) {
	t.Parallel()
	good := parts(nil)
	for name, c := range map[string]struct {
		part, content, code string
	}{
		"macros":               {"xl/vbaProject.bin", "x", "macros"},
		"macros by their kind": {typesPart, strings.Replace(good[typesPart], "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main", 1), "macros"},
		"an old macro sheet":   {"xl/macrosheets/sheet1.xml", "<x/>", "macros"},
		"links":                {"xl/externalLinks/externalLink1.xml", "<x/>", "links"},
		"links by relation":    {bookRels, strings.Replace(good[bookRels], "/styles", "/externalLink", 1), "links"},
		"links in the list":    {bookPart, strings.Replace(good[bookPart], "</workbook>", "<externalReferences/></workbook>", 1), "links"},
		"a sheet elsewhere":    {bookRels, strings.Replace(good[bookRels], `Target="worksheets/sheet1.xml"`, `Target="https://x.example/sheet1.xml" TargetMode="External"`, 1), "links"},
		"a connection":         {"xl/connections.xml", "<x/>", "links"},
		"a template":           {typesPart, strings.Replace(good[typesPart], "sheet.main", "template.main", 1), "format"},
		"no types":             {typesPart, "", "format"},
		"no relations":         {"_rels/.rels", "", "format"},
		"no workbook":          {bookPart, "", "format"},
		"no sheet":             {onePart, "", "corrupt"},
		"no shared strings":    {texts, "", "corrupt"},
		"no styles":            {styles, "", "corrupt"},
		"a path out":           {"../evil.xml", "<x/>", "corrupt"},
		"a path inside":        {"xl/../evil.xml", "<x/>", "corrupt"},
		"an absolute path":     {"/etc/passwd", "<x/>", "corrupt"},
		"a path of Windows":    {`xl\evil.xml`, "<x/>", "corrupt"},
		"a part twice":         {"xl/SharedStrings.xml", "<x/>", "corrupt"},
		"a DOCTYPE":            {onePart, `<!DOCTYPE worksheet [<!ENTITY a "b">]>` + sheetWith(""), "dtd"},
		"a DOCTYPE in texts":   {texts, `<?xml version="1.0"?><!DOCTYPE sst SYSTEM "file:///etc/passwd">` + good[texts], "dtd"},
		"an entity":            {onePart, sheetWith(row("&a;")), "xml"},
		"no end":               {onePart, strings.TrimSuffix(sheetWith(""), "</worksheet>"), "xml"},
		"two roots":            {onePart, sheetWith("") + "<worksheet/>", "xml"},
		"another root":         {onePart, "<sst" + mainSpace + "/>", "xml"},
		"no namespace":         {onePart, strings.Replace(sheetWith(""), mainSpace, "", 1), "xml"},
		"not UTF-8":            {onePart, sheetWith(row("\xf2")), "xml"},
		"another encoding":     {onePart, strings.Replace(sheetWith(""), "UTF-8", "UTF-16", 1), "xml"},
		"an attribute twice":   {onePart, sheetWith(`<row r="2" r="3"/>`), "xml"},
		"a name of no cell":    {onePart, sheetWith(`<row r="2"><c r="2A"/></row>`), "xml"},
		"deep nesting":         {onePart, sheetWith(`<row><c>` + strings.Repeat("<a>", 100_000)), "xml"},
		"nested and closed":    {onePart, sheetWith(strings.Repeat("<a>", 40) + strings.Repeat("</a>", 40)), "xml"},
		"65 attributes":        {onePart, sheetWith("<row " + strings.Join(letters(65), `="" `) + `=""/>`), "xml"},
		"deep nesting, unread": {onePart, sheetWith(`</sheetData><x xmlns="urn:x">` + strings.Repeat("<a>", 100_000)), "xml"},
		"a huge attribute":     {onePart, sheetWith(`<row r="` + strings.Repeat("1", 600_000) + `"/>`), "xml"},
		"a huge comment":       {onePart, sheetWith(`<!--` + strings.Repeat("-x", 300_000) + `-->`), "xml"},
		"many attributes":      {onePart, sheetWith(`<row` + strings.Repeat(` a="1"`, 60_000) + `/>`), "xml"},
		"many sheets":          {bookPart, bookOf(strings.Repeat(`<sheet name="a" state="hidden" r:id="rId1"/>`, 257)), "sheets"},
		"many styles":          {styles, `<styleSheet` + mainSpace + `><cellXfs>` + strings.Repeat(`<xf/>`, 100_001) + `</cellXfs></styleSheet>`, "styles"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records, err := form.Read(bulk.MediaXLSX, packed(t, parts(map[string]string{c.part: c.content})))
			require.Empty(t, records)
			require.Equal(t, []refusal{{fault.RequestInvalid, "file", c.code}}, refused(t, err))
		})
	}
}

// letters are n names, each another one.
func letters(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat("a", i+1)
	}
	return out
}

// directory changes the bytes of each entry of a ZIP file's directory.
func directory(raw []byte, change func(entry []byte)) []byte {
	raw = bytes.Clone(raw)
	for at, next := 0, 0; ; at += next + 4 {
		if next = bytes.Index(raw[at:], []byte("PK\x01\x02")); next < 0 {
			return raw
		}
		change(raw[at+next:])
	}
}

// TestAnArchiveThatLies spoils the bytes of a good workbook.
func TestAnArchiveThatLies(t *testing.T) {
	t.Parallel()
	good := workbookOf(t, row("A"))
	set := func(at int, value uint32) []byte {
		return directory(good, func(entry []byte) { binary.LittleEndian.PutUint32(entry[at:], value) })
	}
	flipped := bytes.Clone(good)
	flipped[bytes.Index(good, []byte(onePart))+len(onePart)+20] ^= 0x40
	var twice bytes.Buffer
	z := zip.NewWriter(&twice)
	for range 2 {
		_, err := z.Create(onePart)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	var first []byte
	sharing := directory(packed(t, parts(map[string]string{"xl/media/b.png": "b", "xl/media/c.png": "b"})), func(entry []byte) {
		switch {
		case bytes.HasPrefix(entry[46:], []byte("xl/media/b.png")):
			first = entry[42:46]
		case bytes.HasPrefix(entry[46:], []byte("xl/media/c.png")):
			copy(entry[42:46], first)
		}
	})
	for name, c := range map[string]struct {
		raw  []byte
		code string
	}{
		"CSV":                   {[]byte("name,pay,did\nA,1,true\n"), "format"},
		"the old format":        {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), "sealed"},
		"encrypted parts":       {directory(good, func(entry []byte) { entry[8] |= 1 }), "sealed"},
		"something before it":   {append([]byte("#!/bin/sh\n"), good...), "format"},
		"cut off":               {good[:len(good)-30], "corrupt"},
		"cut in the middle":     {good[:len(good)/2], "corrupt"},
		"only a beginning":      {[]byte("PK\x03\x04"), "corrupt"},
		"a bit turned":          {flipped, "corrupt"},
		"another checksum":      {set(16, 7), "corrupt"},
		"no checksum":           {set(16, 0), "corrupt"},
		"less than it unpacks":  {set(24, 10), "corrupt"},
		"more than it unpacks":  {set(24, 1<<31), "corrupt"},
		"more than there is":    {set(20, 1<<31), "corrupt"},
		"all at the same place": {set(42, 0), "corrupt"},
		"two at the same place": {sharing, "corrupt"},
		"a place beyond":        {set(42, 1<<30), "corrupt"},
		"zip64 without it":      {set(20, 0xffffffff), "corrupt"},
		"an unknown method":     {directory(good, func(entry []byte) { entry[10] = 99 }), "corrupt"},
		"a part twice":          {twice.Bytes(), "corrupt"},
	} {
		records, err := form.Read(bulk.MediaXLSX, c.raw)
		require.Empty(t, records, name)
		require.Equal(t, []refusal{{fault.RequestInvalid, "file", c.code}}, refused(t, err), name)
	}
}
