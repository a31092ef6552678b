package domain

import (
	"iter"

	"github.com/google/uuid"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// Allowance is what is due to a worker for a month, and what was paid to him.
type Allowance struct {
	WorkerID  uuid.UUID
	WorkerRef string
	Region    string
	Month     period.Month
	PaidDays  int
	DueCents  int64
	PaidCents int64
}

// DifferenceCents is paid less due.
func (a *Allowance) DifferenceCents() int64 { return a.PaidCents - a.DueCents }

// Allowances are those of the workers of a Region for the month of the terms, in the order of lives: of who was in
// the pool when the month began, as its report counts, and of who was paid for it all the same. different leaves out
// those of whom due and paid are equal.
func Allowances(lives []Life, t *Terms, v View, paid func(worker uuid.UUID) int64, different bool) iter.Seq[Allowance] {
	before := Terms{Month: t.Month - 1}
	return func(yield func(Allowance) bool) {
		for i := range lives {
			l := &lives[i]
			days := l.At(t, v).PaidDays
			a := Allowance{l.ID, l.Ref, l.Region, t.Month, days, t.Due(days), paid(l.ID)}
			listed := a.DifferenceCents() != 0
			if !different {
				listed = listed || a.DueCents > 0 || l.At(&before, v).State != Exited
			}
			if listed && !yield(a) {
				return
			}
		}
	}
}

// CardMonth is a month on the card of a worker: as known in a view, and as its closing knew it.
type CardMonth struct {
	Month            period.Month
	State            State
	PaidDays         int
	DueCents         int64
	DueAsClosedCents *int64 // closed months only
	PaidCents        int64
}

// Card shows a worker's months in a view; closed has the rules by which each closed month was counted. A month whose
// terms no parameter states yet is left out.
func (r Rules) Card(l *Life, v View, months []period.Month, closed map[period.Month]Rules, paid map[period.Month]int64) ([]CardMonth, error) {
	out := []CardMonth{}
	for _, month := range months {
		t, err := r.Terms(month)
		if fault.Is(err, fault.RuleViolated) {
			continue
		}
		if err != nil {
			return nil, err
		}
		now := l.At(&t, v)
		c := CardMonth{Month: month, State: now.State, PaidDays: now.PaidDays, DueCents: t.Due(now.PaidDays), PaidCents: paid[month]}
		if then, ok := closed[month]; ok {
			t, err := then.Terms(month)
			if err != nil {
				return nil, err
			}
			c.DueAsClosedCents = new(t.Due(l.At(&t, AsClosed).PaidDays))
		}
		out = append(out, c)
	}
	return out, nil
}
