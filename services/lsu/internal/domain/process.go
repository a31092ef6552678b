package domain

import (
	"fmt"
	"slices"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// Register is what a list of movements is processed against, as the movements accepted before it have left it.
type Register struct {
	Standings map[string]Standing // of the workers of the pool, by reference; Process moves them on
	Taken     map[string]bool     // references of accepted movements; Process adds to them
	Entities  map[string]Entity
	Latest    period.Date              // the latest day of receipt that was processed, over all Regions; 0 without one
	Closed    map[string]ClosedThrough // by Region; none of a Region without a closed month
}

// ClosedThrough is the last closed month of a Region: what was received up to its closing date is in its report.
type ClosedThrough struct {
	Month    period.Month
	ClosesOn period.Date
}

// Processed is a row with its codes and, when it is accepted, with the month that learns of it.
type Processed struct {
	At     int // the place of the row in the list
	Codes  []Code
	Record Recorded // its movement in every case
	State  State    // of the worker after it
}

// Process refuses the whole list when one of its rows comes too late to be processed; otherwise it judges the rows
// that could be read, in the order of their receipt.
func (r Rules) Process(rows []Row[Movement], reg *Register) ([]Processed, error) {
	var out []Processed
	for i := range rows {
		m := rows[i].Value
		if m == nil {
			continue
		}
		if err := reg.admits(m, rows[i].Place("received_on")); err != nil {
			return nil, err
		}
		out = append(out, Processed{At: i, Record: Recorded{Movement: *m}})
	}
	slices.SortStableFunc(out, func(a, b Processed) int { return ByReceipt(a.Record.Movement, b.Record.Movement) })
	for i := range out {
		if err := r.process(&out[i], reg); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// admits refuses a day of receipt before what was processed, or up to which a month is closed already.
func (reg *Register) admits(m *Movement, place string) error {
	closed := reg.Closed[reg.Standings[m.WorkerRef].Region]
	refused := fault.New(fault.RuleViolated, "La lista non è stata elaborata.", "The list was not processed.")
	switch {
	case m.ReceivedOn < reg.Latest:
		return refused.At(place, "received_before", fmt.Sprintf("sono già elaborati movimenti ricevuti il %s", reg.Latest),
			fmt.Sprintf("movements received on %s are processed already", reg.Latest))
	case m.ReceivedOn <= closed.ClosesOn && closed.Month != 0:
		return refused.At(place, "month_closed", fmt.Sprintf("il mese %s è chiuso con quanto ricevuto fino al %s", closed.Month, closed.ClosesOn),
			fmt.Sprintf("the month %s is closed with what was received up to %s", closed.Month, closed.ClosesOn))
	}
	return nil
}

func (r Rules) process(p *Processed, reg *Register) (err error) {
	m := p.Record.Movement
	s, known := reg.Standings[m.WorkerRef]
	switch {
	case !known:
		p.Codes = []Code{WorkerUnknown}
		return nil
	case reg.Taken[m.Ref]:
		p.Codes = []Code{MovementDuplicate}
		return nil
	}
	entity := func(ref string) (Entity, bool) { e, ok := reg.Entities[ref]; return e, ok }
	if p.Codes, err = r.JudgeMovement(m, s, entity); err != nil || len(p.Codes) > 0 {
		return err
	}
	if p.Record, err = r.recordAfter(reg.Closed[s.Region].Month, m); err != nil {
		return err
	}
	s = s.Apply(m)
	reg.Standings[m.WorkerRef], reg.Taken[m.Ref], p.State = s, true, s.State
	return nil
}

// recordAfter dates an accepted movement of a Region whose months are closed up to one; 0 when none is.
func (r Rules) recordAfter(closed period.Month, m Movement) (Recorded, error) {
	out, err := r.Record(m)
	out.unknownTo(closed)
	return out, err
}

// Redates says whether another month than was recorded would learn of an accepted movement by the rules, in a Region whose
// months are closed up to one, and which is the first of the two.
func (r Rules) Redates(closed period.Month, m Recorded) (first period.Month, moved bool, err error) {
	now, err := r.recordAfter(closed, m.Movement)
	return min(now.Learned, m.Learned), now.Learned != m.Learned, err
}

// unknownTo makes the movement a correction for the months that are closed, also when the day of closing has been
// stated otherwise since.
func (m *Recorded) unknownTo(closed period.Month) {
	m.Late = m.Late || period.MonthOf(m.EffectiveOn) <= closed
	m.Learned = max(m.Learned, closed+1)
}
