package paper

import (
	"fmt"
	"sort"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// press prints a document: width is that between the margins, height that of the sheet, and end is where text stops.
type press struct {
	*fpdf.Fpdf
	doc                Document
	width, height, end float64
}

func (x *press) letters(style string, size float64) { x.SetFont(font, style, size) }

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
func (x *press) line(width, height float64, text, align string, next int) {
	x.CellFormat(width, height, printable(text), "", next, align, false, 0, "")
}

// put prints a line in the room that begins at a place.
func (x *press) put(r room, text, align string) {
	x.SetXY(r.x, r.y)
	x.line(r.w, r.h, text, align, 0)
}

// room is a rectangle of a sheet.
type room struct{ x, y, w, h float64 }

func (x *press) block(width, height float64, text, align string) {
	x.MultiCell(width, height, printable(text), "", align, false)
}

// wide is the width of a text in the letters of the moment.
func (x *press) wide(text string) float64 { return x.GetStringWidth(printable(text)) }

// shortened cuts a text that is wider than its room, and says so with three dots.
func (x *press) shortened(text string, width float64) string {
	if x.wide(text) <= width {
		return text
	}
	letters := []rune(text)
	tooLong := sort.Search(len(letters), func(n int) bool { return x.wide(string(letters[:n+1])+"…") > width })
	return strings.TrimRight(string(letters[:tooLong]), " ") + "…"
}

// wrapped breaks a text into at most so many lines; what is left over is cut.
func (x *press) wrapped(text string, width float64, most int) []string {
	lines := x.SplitText(printable(text), width)
	if len(lines) > most {
		rest := strings.Join(lines[most-1:], " ")
		lines = append(lines[:most-1:most-1], x.shortened(rest, width))
	}
	return lines
}

// fit begins a new page when this one does not have the height, and says so.
func (x *press) fit(height float64) bool {
	if x.GetY()+height <= x.end {
		return false
	}
	x.AddPage()
	return true
}

// fresh says that nothing was printed on this page but its head.
func (x *press) fresh() bool { return x.GetY() < margin+headHeight+0.1 }

// headHeight is what the head takes on every page but the first.
const headHeight = 7.0

// head repeats on every page but the first what the paper is.
func (x *press) head() {
	if x.PageNo() == 1 {
		return
	}
	x.letters("", small)
	x.line(x.width, 5, x.doc.Office+" · "+x.doc.Title, "L", 1)
	x.Ln(2)
}

// numberWidth is the room for the number of a page.
const numberWidth = 40.0

// feet prints the foot of every page once their number is known. The library could put the number in the
// place of a mark, but finds marks also in the middle of other letters.
func (x *press) feet() {
	x.SetAutoPageBreak(false, 0)
	x.SetTextColor(90, 90, 90)
	for n, last := 1, x.PageCount(); n <= last; n++ {
		x.SetPage(n)
		x.letters("B", 7)
		x.letters("", 7) // a change, so that the page is told of its letters
		x.SetXY(margin, x.height-12)
		lines := x.wrapped(x.doc.Mark, x.width-numberWidth, 2)
		for i, text := range lines {
			x.SetXY(margin, x.height-12+3.2*float64(i))
			x.line(x.width-numberWidth, 4, text, "L", 0)
		}
		x.SetXY(margin+x.width-numberWidth, x.height-12)
		x.line(numberWidth, 4, fmt.Sprintf("Pagina %d di %d", n, last), "R", 0)
	}
}
