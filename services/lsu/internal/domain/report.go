package domain

import (
	"cmp"
	"maps"
	"slices"

	"w2w/pkg/period"
)

// Line are the figures of a Region and month in one view.
type Line struct {
	Region        string
	Month         period.Month
	AtStart       int
	Exits         []CauseCount // by cause; only causes that occur
	Suspended     int          // at the end of the last day
	Active        int
	AtEnd         int
	Male, Female  int
	Ages          []BandCount
	DueCents      int64 // the allowance of this month only
	YearDueCents  int64 // from January to this month in the same view
	FundsCents    int64 // of the convention
	ResidualCents int64 // funds less YearDueCents
	PaidCents     int64 // what INPS reported as paid for this month
	YearPaidCents int64
}

// CauseCount counts workers who left for a cause.
type CauseCount struct {
	Cause   string
	Workers int
}

// BandCount counts workers of an age: From completed years up to those at which the next band begins.
type BandCount struct {
	From    int
	Workers int
}

// EntityLine are the figures of one host entity: AtStart - Exits + TransferredIn - TransferredOut = AtEnd.
type EntityLine struct {
	EntityRef      string
	Name, Kind     string // as the registry has them when the report is built
	AtStart        int
	Exits          int
	TransferredIn  int
	TransferredOut int
	Suspended      int
	Active         int
	AtEnd          int
	DueCents       int64
}

// Correction is an accepted movement that was received after the closing date of the month in which it takes effect.
type Correction struct {
	MovementRef      string
	Region           string
	Event            Event
	MonthOfReference period.Month
	MonthReceived    period.Month
	MonthLearned     period.Month
	EffectiveOn      period.Date
	ReceivedOn       period.Date
	EffectCents      int64 // what it changes in what was due for the months that were closed without it
}

// Report is what a Region's month says in one view.
type Report struct {
	Line
	View        View
	ClosesOn    period.Date
	ASUCents    int64
	ASULegal    string
	LegalRef    string // of the convention
	Entities    []EntityLine
	MonthBefore *Line
	YearBefore  *Line
	Decline     []Point // the pool at the end of each month up to this one, from its first day on
	Corrections []Correction
}

// Point is the size of the pool at the end of a month.
type Point struct {
	Month period.Month
	AtEnd int
}

// Fold counts the figures of a month of a Region from the lives of its workers. The start of the month is the end of
// the month before as that month knew it in the view.
func Fold(lives []Life, t *Terms, v View) (Line, []EntityLine) {
	f := folding{line: Line{Month: t.Month, Ages: bands(t)}, exits: map[string]int{}, entities: map[string]*EntityLine{}}
	for i := range lives {
		f.add(&lives[i], t, v)
	}
	for _, cause := range slices.Sorted(maps.Keys(f.exits)) {
		f.line.Exits = append(f.line.Exits, CauseCount{cause, f.exits[cause]})
	}
	entities := make([]EntityLine, 0, len(f.entities))
	for _, e := range f.entities {
		entities = append(entities, *e)
	}
	slices.SortFunc(entities, func(a, b EntityLine) int { return cmp.Compare(a.EntityRef, b.EntityRef) })
	return f.line, entities
}

type folding struct {
	line     Line
	exits    map[string]int
	entities map[string]*EntityLine
}

func (f *folding) entity(ref string) *EntityLine {
	e, ok := f.entities[ref]
	if !ok {
		e = &EntityLine{EntityRef: ref}
		f.entities[ref] = e
	}
	return e
}

func (f *folding) add(l *Life, t *Terms, v View) {
	start := l.At(&Terms{Month: t.Month - 1}, v)
	if start.State == Exited {
		return
	}
	end := l.At(t, v)
	due := t.Due(end.PaidDays)
	e := f.entity(end.EntityRef)
	f.line.AtStart++
	f.line.DueCents += due
	e.DueCents += due
	f.entity(start.EntityRef).AtStart++
	if start.EntityRef != end.EntityRef {
		f.entity(start.EntityRef).TransferredOut++
		e.TransferredIn++
	}
	switch end.State {
	case Exited:
		f.exits[end.ExitCause]++
		e.Exits++
		return
	case Suspended:
		f.line.Suspended++
		e.Suspended++
	case Active:
		f.line.Active++
		e.Active++
	}
	f.line.AtEnd++
	e.AtEnd++
	f.person(l, t)
}

// person counts a worker of the end by gender and age.
func (f *folding) person(l *Life, t *Terms) {
	if l.Gender == "M" {
		f.line.Male++
	} else {
		f.line.Female++
	}
	age := AgeAt(l.BirthDate, t.Month.Last())
	for i := len(f.line.Ages) - 1; i >= 0; i-- {
		if age >= f.line.Ages[i].From {
			f.line.Ages[i].Workers++
			return
		}
	}
}

// bands are the age bands of a month, empty.
func bands(t *Terms) []BandCount {
	out := []BandCount{{}}
	for _, from := range t.AgeBands {
		out = append(out, BandCount{From: from})
	}
	return out
}
