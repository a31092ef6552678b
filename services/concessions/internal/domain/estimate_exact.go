package domain

import "math/big"

// exact is the estimate before rounding, in fractions of any size. RULES.md of the season gives the formula;
// here it stands as written there, which makes it the measure for the fast way in cents.
func (e estimator) exact(w Worker) *big.Rat {
	return new(big.Rat).Mul(e.sum(w), big.NewRat(100-int64(e.reductionFor(w)), 100))
}

func (e estimator) sum(w Worker) *big.Rat {
	sum := new(big.Rat)
	for i := range e.months {
		m := &e.months[i]
		sum.Add(sum, new(big.Rat).Mul(e.hours(m, w), m.hourly(w)))
	}
	return sum
}

// hours are the requested hours that fall in the month: hours_requested x wd_m / wd.
func (e estimator) hours(m *capMonth, w Worker) *big.Rat {
	if e.weekdays == 0 {
		return new(big.Rat)
	}
	share := big.NewRat(int64(m.Weekdays), int64(e.weekdays))
	return share.Mul(share, new(big.Rat).SetInt64(max(w.HoursRequested, 0)))
}

// hourly is benefit_m / (W_m x weekly_hours / 5).
func (m *capMonth) hourly(w Worker) *big.Rat {
	if w.WeeklyHours <= 0 {
		return new(big.Rat)
	}
	worked := big.NewRat(int64(m.MonthWeekdays), 5)
	worked.Mul(worked, new(big.Rat).SetInt64(w.WeeklyHours))
	return worked.Quo(m.exactBenefit(w), worked)
}

// exactBenefit is min(percent of pay, cap).
func (m *capMonth) exactBenefit(w Worker) *big.Rat {
	pay := new(big.Rat).SetInt64(max(w.MonthlyGrossPayCents, 0))
	pay.Mul(pay, big.NewRat(int64(m.percent), 100))
	if limit := new(big.Rat).SetInt64(m.cap(w.MonthlyGrossPayCents)); pay.Cmp(limit) > 0 {
		return limit
	}
	return pay
}
