package season

import (
	"crypto/rand"

	"w2w/services/suite/internal/portal"
)

// Filer invents drafts of applications, each with persons and a reference of its own.
type Filer struct {
	Administration string
	province       string
}

// NewFiler invents for the first Region that decrees by a client of the book.
func NewFiler(book *portal.Book) (*Filer, error) {
	administration, province, err := trialRegion(book)
	return &Filer{administration, province}, err
}

// Next returns the reference and the body of another draft.
func (f *Filer) Next() (ref string, body any) {
	a := invent(f.Administration, f.province, rand.Text()).applications[0]
	return a.ref, a.body(a.workers, false)
}
