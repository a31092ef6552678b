package domain

import (
	"fmt"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// IntakeKind says what the rows of an uploaded list are.
type IntakeKind string

// The kinds of lists.
const (
	EntityList   IntakeKind = "ENTITIES"
	PoolList     IntakeKind = "POOL"
	MovementList IntakeKind = "MOVEMENTS"
	PaymentList  IntakeKind = "PAYMENTS"
)

// Scope is the role that uploads lists of the kind.
func (k IntakeKind) Scope() string {
	if k == PaymentList {
		return ScopeINPS
	}
	return ScopeUpload
}

// Verdict is what became of a row.
type Verdict string

// The verdicts of a row.
const (
	Accepted Verdict = "ACCEPTED"
	Rejected Verdict = "REJECTED"
	Unread   Verdict = "UNREAD" // it could not be read
)

// MaxRows is how many rows a list may have.
const MaxRows = 20_000

// Row is a row of an uploaded list: what it says, or why it could not be read.
type Row[T any] struct {
	Row       int    // from 1, the header not counted
	Line      int    // of the file; the row in JSON
	Pointer   string // of the row in a JSON body; empty for a line of a file
	Reference string
	Value     *T // nil when it could not be read
	Cells     Cells
	Reasons   []fault.Field
}

// Sent is what a row says of something that was received on a day; without one it is received today.
type Sent[T any] struct {
	What T
	On   *period.Date
}

// Place says where a field of the row stands in the request.
func (r *Row[T]) Place(field string) string {
	if r.Pointer == "" {
		return fmt.Sprintf("line:%d", r.Line)
	}
	return r.Pointer + "/" + field
}

// Judged is a row with its verdict; Codes say why it is rejected, Reasons why it could not be read.
type Judged struct {
	Row       int
	Line      int
	Reference string
	Verdict   Verdict
	Codes     []Code
	Reasons   []fault.Field
}

// Judge gives a row its verdict by its codes.
func (r *Row[T]) Judge(codes []Code) Judged {
	j := Judged{Row: r.Row, Line: r.Line, Reference: r.Reference, Verdict: Accepted, Codes: codes}
	switch {
	case r.Value == nil:
		j.Verdict, j.Codes, j.Reasons = Unread, nil, r.Reasons
	case len(codes) > 0:
		j.Verdict = Rejected
	}
	return j
}
