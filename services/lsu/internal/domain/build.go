package domain

import "w2w/pkg/period"

// Matter is what a report is made of.
type Matter struct {
	Region      string
	View        View
	Lives       []Life
	Before      []Line                 // the months before in the same view, from the first month of the pool on
	FundsCents  int64                  // of the convention of the year
	LegalRef    string                 // of the convention
	Paid        map[period.Month]int64 // what INPS reported as paid, as far as the view knows
	Corrections []Correction
	Entity      func(ref string) (Entity, bool)
}

// Build makes the report of the month of the terms.
func Build(t *Terms, m Matter) Report {
	line, entities := Fold(m.Lives, t, m.View)
	line.Region = m.Region
	m.money(&line)
	r := Report{Line: line, View: m.View, ClosesOn: t.ClosingOn, ASUCents: t.ASUCents, ASULegal: t.ASULegal, LegalRef: m.LegalRef,
		Entities: entities, Corrections: m.Corrections}
	for i := range r.Entities {
		e, _ := m.Entity(r.Entities[i].EntityRef)
		r.Entities[i].Name, r.Entities[i].Kind = e.Name, e.Kind
	}
	for i := range m.Before {
		switch b := &m.Before[i]; b.Month {
		case t.Month - 1:
			r.MonthBefore = b
		case t.Month - 12:
			r.YearBefore = b
		}
		r.Decline = append(r.Decline, Point{m.Before[i].Month, m.Before[i].AtEnd})
	}
	r.Decline = append(r.Decline, Point{line.Month, line.AtEnd})
	return r
}

// money adds up the year to a line that has its month's allowance.
func (m *Matter) money(l *Line) {
	l.YearDueCents, l.FundsCents = l.DueCents, m.FundsCents
	for i := range m.Before {
		if b := &m.Before[i]; b.Month.Year() == l.Month.Year() && b.Month < l.Month {
			l.YearDueCents += b.DueCents
		}
	}
	l.ResidualCents = l.FundsCents - l.YearDueCents
	l.PaidCents = m.Paid[l.Month]
	for month := period.YearMonth(l.Month.Year(), 1); month <= l.Month; month++ {
		l.YearPaidCents += m.Paid[month]
	}
}

// Lines are the months of the pool up to one, each in the view: those before that the matter has stay as they are, the
// others are counted. Funds are those of the convention of a year.
func (r Rules) Lines(m Matter, upTo period.Month, funds func(year int) int64) ([]Line, error) {
	first, err := r.FirstMonth()
	if err != nil {
		return nil, err
	}
	had := map[period.Month]Line{}
	for _, l := range m.Before {
		had[l.Month] = l
	}
	m.Before = nil
	for month := first; month <= upTo; month++ {
		if l, ok := had[month]; ok {
			m.Before = append(m.Before, l)
			continue
		}
		t, err := r.Terms(month)
		if err != nil {
			return nil, err
		}
		line, _ := Fold(m.Lives, &t, m.View)
		line.Region, m.FundsCents = m.Region, funds(month.Year())
		m.money(&line)
		m.Before = append(m.Before, line)
	}
	return m.Before, nil
}

// Left counts the workers who left in the month.
func (l Line) Left() (n int) {
	for _, e := range l.Exits {
		n += e.Workers
	}
	return n
}
