package rest

import (
	"io"
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
	pageEnd     = 210 - 17.0
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
	x.SetAutoPageBreak(true, 297-280)
	x.AliasNbPages("")
	x.SetHeaderFunc(x.head)
	x.SetFooterFunc(x.foot)
	x.AddPage()
	x.front()
	x.table()
	x.end()
	return x.Output(w)
}

func (x press) letters(style string, size float64) { x.SetFont(font, style, size) }

// head repeats on every page but the first what the paper is.
func (x press) head() {
	if x.PageNo() == 1 {
		return
	}
	x.letters("", small)
	x.CellFormat(pageWidth, 5, x.paper.office+" · "+x.paper.title, "", 1, "L", false, 0, "")
	x.Ln(2)
}

func (x press) foot() {
	x.SetY(-12)
	x.letters("", 7)
	x.SetTextColor(90, 90, 90)
	x.CellFormat(pageWidth-40, 4, x.paper.mark, "", 0, "L", false, 0, "")
	x.CellFormat(40, 4, "Pagina "+x.page()+" di {nb}", "", 0, "R", false, 0, "")
	x.SetTextColor(0, 0, 0)
}

func (x press) front() {
	p := x.paper
	x.letters("B", 11)
	x.CellFormat(pageWidth, 6, p.office, "", 1, "L", false, 0, "")
	x.letters("B", 16)
	x.CellFormat(pageWidth, 9, p.title, "", 1, "L", false, 0, "")
	x.letters("", 11)
	x.MultiCell(pageWidth, 5.5, p.subject, "", "L", false)
	x.Ln(3)
	for _, f := range p.facts {
		x.letters("B", normal)
		x.CellFormat(52, 5, f[0], "", 0, "L", false, 0, "")
		x.letters("", normal)
		x.MultiCell(pageWidth-52, 5, f[1], "", "L", false)
	}
	x.Ln(3)
	x.paragraphs(p.premises)
}

func (x press) paragraphs(list []string) {
	x.letters("", normal)
	for _, text := range list {
		x.MultiCell(pageWidth, 5, text, "", "L", false)
		x.Ln(1)
	}
}

func (x press) end() {
	p := x.paper
	x.Ln(3)
	x.paragraphs(p.notes)
	if p.annex != "" {
		x.Ln(3)
		x.letters("B", 12)
		x.CellFormat(pageWidth, 7, "Allegato", "", 1, "L", false, 0, "")
		x.paragraphs([]string{p.annex})
	}
	if x.GetY() > pageEnd-22 {
		x.AddPage()
	}
	x.Ln(8)
	x.SetX(margin + pageWidth - 90)
	x.letters("", normal)
	x.CellFormat(90, 5, "Firmato da", "T", 2, "C", false, 0, "")
	x.letters("B", normal)
	x.MultiCell(90, 5, p.signatory, "", "C", false)
}
