package bulk

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"

	"w2w/pkg/bulk/xlsx"
	"w2w/pkg/fault"
)

// The parts of a workbook with one sheet (ECMA-376, part 1): fixed but for the rows.
var workbookParts = [4][2]string{
	{"[Content_Types].xml", xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", xml.Header + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Dati" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

const (
	sheetPart  = "xl/worksheets/sheet1.xml"
	sheetBegin = xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
	sheetEnd   = `</sheetData></worksheet>`
)

// workbook writes its rows straight into the compressed sheet. Texts are texts there, never formulas, and
// need no guard.
type workbook struct {
	packed bytes.Buffer
	zip    *zip.Writer
	sheet  *bufio.Writer
	rows   int
}

func newWorkbook() (*workbook, error) {
	b := &workbook{}
	b.zip = zip.NewWriter(&b.packed)
	for _, part := range append(workbookParts[:], [2]string{sheetPart, sheetBegin}) {
		w, err := b.zip.Create(part[0])
		if err != nil {
			return nil, err
		}
		b.sheet = bufio.NewWriter(w)
		if _, err := io.WriteString(w, part[1]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Row writes a row.
func (b *workbook) Row(cells []any) error {
	b.rows++
	fmt.Fprintf(b.sheet, `<row r="%d">`, b.rows)
	for i, c := range cells {
		switch c := c.(type) {
		case nil:
		case string:
			if err := b.text(i, c); err != nil {
				return err
			}
		default:
			fmt.Fprintf(b.sheet, `<c r="%s%d"><v>%v</v></c>`, xlsx.ColumnName(i), b.rows, c)
		}
	}
	_, err := b.sheet.WriteString("</row>")
	return err
}

// escaped is what a workbook would read as a character by its number, and those that XML does not take.
var (
	escaped     = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)
	unwriteable = regexp.MustCompile(`[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]`)
)

func (b *workbook) text(column int, s string) error {
	if len(s) > xlsx.MaxCell && xlsx.Units(s) > xlsx.MaxCell {
		return fault.New(fault.NotAcceptable, "Un testo non sta nella cella di un foglio di calcolo: chiedere text/csv.", "A text does not fit into the cell of a spreadsheet: ask for text/csv.").
			At("header:Accept", "cell", "testo troppo lungo", "text too long")
	}
	fmt.Fprintf(b.sheet, `<c r="%s%d" t="inlineStr"><is><t xml:space="preserve">`, xlsx.ColumnName(column), b.rows)
	s = unwriteable.ReplaceAllStringFunc(escaped.ReplaceAllString(s, "_x005F_$1"), func(c string) string { return fmt.Sprintf("_x%04X_", []rune(c)[0]) })
	if err := xml.EscapeText(b.sheet, []byte(s)); err != nil {
		return err
	}
	_, err := b.sheet.WriteString("</t></is></c>")
	return err
}

// WriteTo ends the sheet and writes the workbook.
func (b *workbook) WriteTo(w io.Writer) (int64, error) {
	if _, err := b.sheet.WriteString(sheetEnd); err != nil {
		return 0, err
	}
	if err := b.sheet.Flush(); err != nil {
		return 0, err
	}
	if err := b.zip.Close(); err != nil {
		return 0, err
	}
	return b.packed.WriteTo(w)
}
