package domain

import (
	"cmp"
	"slices"

	"w2w/pkg/period"
)

// Counted are the rules by which the closed months of Regions were counted: what was due then does not change with the
// parameters.
type Counted map[string]map[period.Month]Rules

// Corrections lists the late movements of lives with what each changes: the difference, over the months that were
// closed without it, between what is due with it and without it, as of the movements processed before. They are
// ordered by Region, month of reference, month of receipt and reference. The months that are not closed yet count by other
// rules, or not at all without any.
func Corrections(lives []Life, closed Counted, others *Rules, choose func(m *Recorded) bool) ([]Correction, error) {
	var out []Correction
	terms := map[RegionMonth]*Terms{}
	for i := range lives {
		l := &lives[i]
		for n := range l.Movements {
			m := &l.Movements[n]
			if !m.Late || !choose(m) {
				continue
			}
			effect, err := closed.effect(l, n, others, terms)
			if err != nil {
				return nil, err
			}
			out = append(out, Correction{MovementRef: m.Ref, Region: l.Region, Event: m.Event, MonthOfReference: period.MonthOf(m.EffectiveOn),
				MonthReceived: period.MonthOf(m.ReceivedOn), MonthLearned: m.Learned, EffectiveOn: m.EffectiveOn, ReceivedOn: m.ReceivedOn, EffectCents: effect})
		}
	}
	slices.SortFunc(out, func(a, b Correction) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.MonthOfReference, b.MonthOfReference),
			cmp.Compare(a.MonthReceived, b.MonthReceived), cmp.Compare(a.MovementRef, b.MovementRef))
	})
	return out, nil
}

// Corrects chooses the corrections that a month's report lists: as closed those that the month learned of, as known
// those that take effect in it.
func (v View) Corrects(month period.Month) func(m *Recorded) bool {
	return func(m *Recorded) bool {
		if v == AsClosed {
			return m.Learned == month
		}
		return period.MonthOf(m.EffectiveOn) == month && v.knows(m, month)
	}
}

func (c Counted) effect(l *Life, n int, others *Rules, terms map[RegionMonth]*Terms) (cents int64, err error) {
	m := &l.Movements[n]
	for month := period.MonthOf(m.EffectiveOn); month < m.Learned; month++ {
		of := RegionMonth{l.Region, month}
		t, ok := terms[of]
		if !ok {
			rules, counted := c[l.Region][month]
			switch {
			case !counted && others == nil:
				continue
			case !counted:
				rules = *others
			}
			read, err := rules.Terms(month)
			if err != nil {
				return 0, err
			}
			t = &read
			terms[of] = t
		}
		cents += t.Due(l.after(l.Movements[:n+1], t).PaidDays) - t.Due(l.after(l.Movements[:n], t).PaidDays)
	}
	return cents, nil
}
