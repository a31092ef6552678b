package rest

import (
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// paper is an act as it is printed: a head, facts, premises, one table with its totals, an annex and who signs.
type paper struct {
	office, title, subject string
	facts                  [][2]string
	premises               []string
	columns                []paperColumn
	rows                   []paperRow
	totals                 []string
	notes                  []string
	annex                  string
	signatory              string
	mark                   string // in the foot of every page
	made                   time.Time
}

type paperColumn struct {
	name  string
	width float64
	right bool
}

// paperRow is a line of the table; one that no longer holds is printed in grey.
type paperRow struct {
	cells []string
	ended bool
}

// The measures of a sheet (A4, landscape), in millimetres; letters in points.
const (
	font        = "go"
	margin      = 12.0
	pageWidth   = 297 - 2*margin
	sheetHeight = 210.0
	pageEnd     = sheetHeight - 17
	lineHeight  = 4.0
	cellPadding = 1.2
	small       = 8.0
	normal      = 9.5
)

// press prints a paper.
type press struct {
	*fpdf.Fpdf
	paper paper
}

// write prints the paper: the same paper gives the same bytes, since its only time is that of the act.
func (p paper) write(w io.Writer) error {
	x := press{fpdf.New("L", "mm", "A4", ""), p}
	x.SetCatalogSort(true)
	x.SetCreationDate(p.made.UTC())
	x.SetModificationDate(p.made.UTC())
	x.SetProducer("w2w", true)
	x.SetTitle(p.title, true)
	x.SetAuthor(p.office, true)
	x.SetSubject(p.subject, true)
	x.SetKeywords(p.mark, true)
	x.SetLang("it-IT")
	x.AddUTF8FontFromBytes(font, "", goregular.TTF)
	x.AddUTF8FontFromBytes(font, "B", gobold.TTF)
	x.SetMargins(margin, margin, margin)
	x.SetCellMargin(0)
	x.SetAutoPageBreak(true, sheetHeight-pageEnd)
	x.SetHeaderFunc(x.head)
	x.AddPage()
	x.front()
	x.table()
	x.end()
	x.feet()
	return x.Output(w)
}

func (x press) letters(style string, size float64) { x.SetFont(font, style, size) }

// printable takes out what no TrueType subset holds: characters beyond the basic plane become a box, controls
// but the new line a space.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > 0xFFFF:
			return '□'
		case r < ' ' && r != '\n':
			return ' '
		}
		return r
	}, text)
}

// line prints a text on one line; next says where the pen goes: 0 to the right, 1 to a new line, 2 below.
func (x press) line(width, height float64, text, align string, next int) {
	x.CellFormat(width, height, printable(text), "", next, align, false, 0, "")
}

func (x press) block(width, height float64, text, align string) {
	x.MultiCell(width, height, printable(text), "", align, false)
}

// head repeats on every page but the first what the paper is.
func (x press) head() {
	if x.PageNo() == 1 {
		return
	}
	x.letters("", small)
	x.line(pageWidth, 5, x.paper.office+" · "+x.paper.title, "L", 1)
	x.Ln(2)
}

// feet prints the foot of every page once their number is known. The library could put the number in the
// place of a mark, but finds marks also in the middle of other letters.
func (x press) feet() {
	x.SetAutoPageBreak(false, 0)
	x.SetTextColor(90, 90, 90)
	for n, last := 1, x.PageCount(); n <= last; n++ {
		x.SetPage(n)
		x.letters("B", 7)
		x.letters("", 7) // a change, so that the page is told of its letters
		x.SetXY(margin, sheetHeight-12)
		x.line(pageWidth-40, 4, x.paper.mark, "L", 0)
		x.line(40, 4, fmt.Sprintf("Pagina %d di %d", n, last), "R", 0)
	}
}

func (x press) front() {
	p := x.paper
	x.letters("B", 11)
	x.line(pageWidth, 6, p.office, "L", 1)
	x.letters("B", 16)
	x.line(pageWidth, 9, p.title, "L", 1)
	x.letters("", 11)
	x.block(pageWidth, 5.5, p.subject, "L")
	x.Ln(3)
	for _, f := range p.facts {
		x.letters("B", normal)
		x.line(52, 5, f[0], "L", 0)
		x.letters("", normal)
		x.block(pageWidth-52, 5, f[1], "L")
	}
	x.Ln(3)
	x.paragraphs(p.premises)
}

func (x press) paragraphs(list []string) {
	x.letters("", normal)
	for _, text := range list {
		x.block(pageWidth, 5, text, "L")
		x.Ln(1)
	}
}

// closing is the room that totals, notes and the signature take: they stand on one page.
const closing = 42.0

// end prints the notes and who signs, then the annex, which is no longer part of the act's own text.
func (x press) end() {
	p := x.paper
	x.Ln(3)
	x.paragraphs(p.notes)
	x.Ln(6)
	x.SetX(margin + pageWidth - 90)
	x.letters("", normal)
	x.Line(x.GetX(), x.GetY(), x.GetX()+90, x.GetY())
	x.line(90, 6, "Firmato da", "C", 2)
	x.letters("B", normal)
	x.block(90, 5, p.signatory, "C")
	if p.annex == "" {
		return
	}
	if x.GetY() > pageEnd-30 {
		x.AddPage()
	}
	x.Ln(6)
	x.letters("B", 12)
	x.line(pageWidth, 8, "Allegato", "L", 1)
	x.paragraphs([]string{p.annex})
}
