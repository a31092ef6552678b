package paper

import "errors"

// Heading is the head of the first page: who writes, what it is and what it is about.
type Heading struct {
	// Ruled draws a line below the head.
	Ruled bool
}

func (Heading) check(float64) error  { return nil }
func (Heading) start(*press) float64 { return 0 }

func (h Heading) print(x *press) {
	x.letters("B", 11)
	x.line(x.width, 6, x.doc.Office, "L", 1)
	x.letters("B", 16)
	x.line(x.width, 9, x.doc.Title, "L", 1)
	if x.doc.Subject != "" {
		x.letters("", 11)
		x.block(x.width, 5.5, x.doc.Subject, "L")
	}
	if h.Ruled {
		x.Ln(2)
		x.ink(accent)
		x.SetLineWidth(0.6)
		x.Line(margin, x.GetY(), margin+x.width, x.GetY())
		x.SetLineWidth(thin)
	}
	x.Ln(3)
}

// Section is a title inside a document; it stays on the page of what follows.
type Section string

func (s Section) check(float64) error {
	if s == "" {
		return errors.New("a title without words")
	}
	return nil
}

func (Section) start(*press) float64 { return 14 }

func (s Section) print(x *press) {
	if !x.fresh() {
		x.Ln(5)
	}
	x.letters("B", 12)
	x.text(accent)
	x.block(x.width, 6, string(s), "L")
	x.SetTextColor(0, 0, 0)
	x.Ln(1)
}

// Fact is a value and what it is; one without a value is left out.
type Fact struct{ Label, Value string }

// Facts are printed one below the other, labels left and values right of them.
type Facts []Fact

const (
	labelWidth = 52.0 // the room for the label of a fact
	labelLines = 3
	factHeight = 5.0
)

func (Facts) check(float64) error  { return nil }
func (Facts) start(*press) float64 { return 10 }

func (f Facts) print(x *press) {
	for _, fact := range f {
		if fact.Value != "" {
			fact.print(x)
		}
	}
	x.Ln(3)
}

// print sets a label of several lines beside the first lines of the value.
func (f Fact) print(x *press) {
	x.letters("B", normal)
	lines := x.wrapped(f.Label, labelWidth-labelGap, labelLines)
	if len(lines) > 1 {
		x.fit(factHeight * float64(len(lines)))
	}
	page, top := x.PageNo(), x.GetY()
	for i, text := range lines {
		x.put(room{margin, top + factHeight*float64(i), labelWidth, factHeight}, text, "L")
	}
	x.SetXY(margin+labelWidth, top)
	x.letters("", normal)
	x.block(x.width-labelWidth, factHeight, f.Value, "L")
	if least := top + factHeight*float64(len(lines)); x.PageNo() == page && x.GetY() < least {
		x.SetXY(margin, least)
	}
}

// Paragraphs are texts one below the other.
type Paragraphs []string

func (Paragraphs) check(float64) error  { return nil }
func (Paragraphs) start(*press) float64 { return 10 }

func (p Paragraphs) print(x *press) {
	x.letters("", normal)
	for _, text := range p {
		x.block(x.width, 5, text, "L")
		x.Ln(1)
	}
}

// Notes are paragraphs with some room above, as below a table.
type Notes []string

func (Notes) check(float64) error  { return nil }
func (Notes) start(*press) float64 { return 13 }

func (n Notes) print(x *press) {
	x.Ln(3)
	Paragraphs(n).print(x)
}

// Signature says who signs.
type Signature string

func (Signature) check(float64) error  { return nil }
func (Signature) start(*press) float64 { return 17 }

func (s Signature) print(x *press) {
	const width = 90.0
	x.Ln(6)
	x.fit(11)
	x.SetX(margin + x.width - width)
	x.letters("", normal)
	x.Line(x.GetX(), x.GetY(), x.GetX()+width, x.GetY())
	x.line(width, 6, "Firmato da", "C", 2)
	x.letters("B", normal)
	x.block(width, 5, string(s), "C")
}

// Annex is a text below the signature, no longer part of the document's own; one without words is left out.
type Annex string

func (Annex) check(float64) error  { return nil }
func (Annex) start(*press) float64 { return 30 }

func (a Annex) print(x *press) {
	if a == "" {
		return
	}
	x.fit(a.start(x))
	x.Ln(6)
	x.letters("B", 12)
	x.line(x.width, 8, "Allegato", "L", 1)
	Paragraphs{string(a)}.print(x)
}
