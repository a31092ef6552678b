// Package paper prints documents as PDF: blocks in order on A4 sheets, the same bytes for the same document.
package paper

import (
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Document is what is printed. Office and Title stand at the head of every page but the first, whose head is the
// block Heading.
type Document struct {
	Office, Title, Subject string
	Landscape              bool
	// Mark stands in the foot of every page, beside its number.
	Mark string
	// Made is the only time that the file knows.
	Made   time.Time
	Blocks []Block
}

// Block is a part of a document: one of the types of this package.
type Block interface {
	// check says what keeps the block from being printed on a sheet of that width.
	check(width float64) error
	// start is the height that a title above the block must find free below itself.
	start(x *press) float64
	print(x *press)
}

// The measures of a sheet (A4), in millimetres; letters in points.
const (
	font       = "go"
	margin     = 12.0
	longSide   = 297.0
	shortSide  = 210.0
	footHeight = 17.0
	small      = 8.0
	normal     = 9.5
)

// Write prints the document, or says which of its blocks can't be printed.
func (d Document) Write(w io.Writer) error {
	x := &press{doc: d, width: shortSide - 2*margin, height: longSide}
	orientation := "P"
	if d.Landscape {
		orientation, x.width, x.height = "L", longSide-2*margin, shortSide
	}
	for i, b := range d.Blocks {
		if err := b.check(x.width); err != nil {
			return fmt.Errorf("block %d (%T): %w", i, b, err)
		}
	}
	x.end = x.height - footHeight
	x.Fpdf = fpdf.New(orientation, "mm", "A4", "")
	x.load()
	x.AddPage()
	for i, b := range d.Blocks {
		if title, ok := b.(Section); ok && i+1 < len(d.Blocks) {
			x.fit(title.start(x) + d.Blocks[i+1].start(x))
		}
		b.print(x)
	}
	x.feet()
	return x.Output(w)
}

// valid replaces bytes that are no letters, at which the library stops the program.
func valid(text string) string { return strings.ToValidUTF8(text, "□") }

// load gives the press what it needs before the first page: fixed times, sorted objects, letters and margins.
func (x *press) load() {
	d := x.doc
	x.SetCatalogSort(true)
	x.SetCreationDate(d.Made.UTC())
	x.SetModificationDate(d.Made.UTC())
	x.SetProducer("w2w", true)
	x.SetTitle(valid(d.Title), true)
	x.SetAuthor(valid(d.Office), true)
	x.SetSubject(valid(d.Subject), true)
	x.SetKeywords(valid(d.Mark), true)
	x.SetLang("it-IT")
	x.AddUTF8FontFromBytes(font, "", goregular.TTF)
	x.AddUTF8FontFromBytes(font, "B", gobold.TTF)
	x.SetMargins(margin, margin, margin)
	x.SetCellMargin(0)
	x.SetAutoPageBreak(true, footHeight)
	x.SetHeaderFunc(x.head)
}
