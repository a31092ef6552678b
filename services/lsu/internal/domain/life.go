package domain

import (
	"w2w/pkg/money"
	"w2w/pkg/period"
)

// Recorded is an accepted movement with the month that learns of it.
type Recorded struct {
	Movement
	Learned period.Month
	Late    bool // received after the closing date of its month of reference: a correction
}

// Life is a worker with all accepted movements in the order in which they were processed; in that order neither
// their days of effect nor their days of receipt ever go back.
type Life struct {
	Worker
	Movements []Recorded
}

// Moment is a worker at the end of a month in a view, and the days of that month for which he is paid.
type Moment struct {
	State       State
	EntityRef   string
	WeeklyHours int
	ExitCause   string
	PaidDays    int
}

// At follows a life up to the end of a month, with the movements that the view knows for that month. The day of
// a suspension is not paid, that of a resumption is, and the day on which an active worker leaves is his last
// paid one; of several movements on one day the last decides.
func (l *Life) At(t *Terms, v View) Moment {
	known := 0
	for known < len(l.Movements) && v.knows(&l.Movements[known], t.Month) {
		known++
	}
	return l.after(l.Movements[:known], t)
}

func (l *Life) after(movements []Recorded, t *Terms) Moment {
	first, last := t.Month.First(), t.Month.Last()
	s := Standing{State: Active, EntityRef: l.EntityRef, WeeklyHours: l.WeeklyHours}
	paid, from := 0, first
	until := func(day period.Date) { // counts the days before day in the state so far
		if day > from {
			if t.Paid[s.State] {
				paid += day.DaysSince(from)
			}
			from = day
		}
	}
	for i := range movements {
		m := movements[i].Movement
		if m.EffectiveOn > last {
			break
		}
		switch {
		case m.Event == Exit && s.State == Active:
			until(m.EffectiveOn + 1)
		case m.Event != Transfer && m.Event != ChangeHours:
			until(m.EffectiveOn)
		}
		s = s.Apply(m)
	}
	until(last + 1)
	return Moment{s.State, s.EntityRef, s.WeeklyHours, s.ExitCause, paid}
}

// Due is the allowance for the paid days of a month: the monthly allowance by paid days over calendar days,
// rounded half up to the cent once.
func (t *Terms) Due(paidDays int) int64 {
	return money.Share(t.ASUCents, int64(paidDays), int64(t.Month.Days()))
}

// AgeAt is the age in completed years on a day; who is born on 29 February completes a year on 1 March in a
// common year.
func AgeAt(birth, on period.Date) int {
	b, d := birth.Time(), on.Time()
	age := d.Year() - b.Year()
	if d.Month() < b.Month() || d.Month() == b.Month() && d.Day() < b.Day() {
		age--
	}
	return age
}
