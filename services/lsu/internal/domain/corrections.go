package domain

import "w2w/pkg/period"

// Corrections lists the late movements of lives with what each changes: the difference, over the months that were
// closed without it, between what is due with it and without it, as of the movements processed before.
func (r Rules) Corrections(lives []Life, choose func(m *Recorded) bool) ([]Correction, error) {
	var out []Correction
	terms := map[period.Month]*Terms{}
	for i := range lives {
		l := &lives[i]
		for n := range l.Movements {
			m := &l.Movements[n]
			if !m.Late || !choose(m) {
				continue
			}
			effect, err := r.effect(l, n, terms)
			if err != nil {
				return nil, err
			}
			out = append(out, Correction{MovementRef: m.Ref, Region: l.Region, Event: m.Event, MonthOfReference: period.MonthOf(m.EffectiveOn),
				MonthReceived: period.MonthOf(m.ReceivedOn), MonthLearned: m.Learned, EffectiveOn: m.EffectiveOn, ReceivedOn: m.ReceivedOn, EffectCents: effect})
		}
	}
	return out, nil
}

func (r Rules) effect(l *Life, n int, terms map[period.Month]*Terms) (cents int64, err error) {
	m := &l.Movements[n]
	for month := period.MonthOf(m.EffectiveOn); month < m.Learned; month++ {
		t, ok := terms[month]
		if !ok {
			read, err := r.Terms(month)
			if err != nil {
				return 0, err
			}
			t = &read
			terms[month] = t
		}
		cents += t.Due(l.after(l.Movements[:n+1], t).PaidDays) - t.Due(l.after(l.Movements[:n], t).PaidDays)
	}
	return cents, nil
}
