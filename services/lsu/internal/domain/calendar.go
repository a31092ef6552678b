package domain

import "w2w/pkg/period"

// ClosingDate is the last day on which what concerns a month is received in time: by parameter closing.day, a
// day of the month that follows.
func (r Rules) ClosingDate(m period.Month) (period.Date, error) {
	day, err := r.number(ClosingDayKey, m.Last())
	return (m + 1).First() + period.Date(day-1), err
}

// MonthLearned is the first month whose closing date is not before the day of receipt, but never earlier than
// the month in which the movement takes effect: the month whose closing is the first to know it.
func (r Rules) MonthLearned(m Movement) (period.Month, error) {
	month := period.MonthOf(m.EffectiveOn)
	for month = max(month, period.MonthOf(m.ReceivedOn)-1); ; month++ {
		closing, err := r.ClosingDate(month)
		if err != nil || m.ReceivedOn <= closing {
			return month, err
		}
	}
}

// IsLate says whether a movement was received after the closing date of the month in which it takes effect: it is
// then a correction.
func (r Rules) IsLate(m Movement) (bool, error) {
	closing, err := r.ClosingDate(period.MonthOf(m.EffectiveOn))
	return m.ReceivedOn > closing, err
}

// Record dates an accepted movement: which month learns of it, and whether it is late.
func (r Rules) Record(m Movement) (out Recorded, err error) {
	out.Movement = m
	if out.Learned, err = r.MonthLearned(m); err != nil {
		return out, err
	}
	out.Late, err = r.IsLate(m)
	return out, err
}
