package domain

import (
	"w2w/pkg/money"
	"w2w/pkg/period"
)

// estimator holds what all rows of one application have in common: the months of the period with their
// caps, and the reduction of the concession type.
type estimator struct {
	months    []capMonth
	weekdays  uint64
	common    uint64 // common denominator of the months' weekdays
	reduction uint64 // percent
	weeks     int64  // weeks of contract hours used before from which the reduction counts
	small     bool   // the products of cents fit 64 bits
}

type capMonth struct {
	period.MonthPart
	threshold, low, high int64  // cents
	percent              uint64 // of pay
	weight               uint64 // weekdays of the period x common / weekdays of the month
}

func newEstimator(t Terms, r Rules) (estimator, error) {
	e := estimator{weekdays: uint64(t.Period.Weekdays()), common: 1}
	reduction, err := r.need("reduction."+string(t.ConcessionType)+".percent", t.FiledOn)
	if err != nil {
		return e, err
	}
	if e.weeks, err = r.need("reduction.weeks_of_prior_use", t.FiledOn); err != nil {
		return e, err
	}
	e.reduction = uint64(reduction)
	for _, m := range t.Period.Months() {
		c, err := capsOf(m, r)
		if err != nil {
			return e, err
		}
		e.common = lcm(e.common, uint64(m.MonthWeekdays))
		e.months = append(e.months, c)
	}
	for i := range e.months {
		m := &e.months[i]
		m.weight = uint64(m.Weekdays) * e.common / uint64(m.MonthWeekdays)
	}
	e.small = e.areSmall()
	return e, nil
}

func capsOf(m period.MonthPart, r Rules) (capMonth, error) {
	c := capMonth{MonthPart: m}
	for key, into := range map[string]*int64{"cap.threshold_cents": &c.threshold, "cap.low_cents": &c.low, "cap.high_cents": &c.high} {
		v, err := r.need(key, m.First())
		if err != nil {
			return c, err
		}
		*into = v
	}
	percent, err := r.need("benefit.percent_of_pay", m.First())
	c.percent = uint64(percent)
	return c, err
}

// benefit is min(percent of pay, cap) in hundredths of a cent.
func (m *capMonth) benefit(pay int64) uint64 {
	return min(uint64(pay)*m.percent, uint64(m.cap(pay))*100)
}

func (m *capMonth) cap(pay int64) int64 {
	if pay <= m.threshold {
		return m.low
	}
	return m.high
}

// reductionFor is the percent taken from a worker who used up enough hours before.
func (e estimator) reductionFor(w Worker) uint64 {
	if w.PriorHoursUsed >= e.weeks*w.WeeklyHours {
		return e.reduction
	}
	return 0
}

// cents is the sum over months of hours_m x hourly_m, less the reduction, rounded once, half up. With
// hours_m = H x wd_m / wd and hourly_m = benefit_m / (W_m x weekly / 5) everything stands over
// wd x weekly x common, and 128 bits hold the numerator exactly.
func (e estimator) cents(w Worker) int64 {
	if !e.fits(w) {
		return money.HalfUp(e.exact(w))
	}
	var sum uint64 // of weight x benefit, in hundredths of a cent over common
	for i := range e.months {
		sum += e.months[i].weight * e.months[i].benefit(w.MonthlyGrossPayCents)
	}
	factor := uint64(w.HoursRequested) * (100 - e.reductionFor(w)) * 5
	denominator := e.weekdays * uint64(w.WeeklyHours) * e.common * 100 * 100
	if v, ok := money.MulDiv(sum, factor, denominator); ok {
		return v
	}
	return money.HalfUp(e.exact(w))
}

// fits says whether 64 bits hold the sum, the factor and the denominator; what the contract admits always
// fits. The common denominator is at most 106,260, since a month has 20 to 23 weekdays.
func (e estimator) fits(w Worker) bool {
	within := func(v, least, most int64) bool { return least <= v && v <= most }
	return e.small && within(w.MonthlyGrossPayCents, 0, 1e9) && within(w.HoursRequested, 0, 1e6) && within(w.WeeklyHours, 1, 1000)
}

// areSmall says whether the terms and parameters leave room for the products of cents.
func (e estimator) areSmall() bool {
	for _, m := range e.months {
		if m.percent > 100 || max(m.low, m.high) > 1e9 || min(m.low, m.high) < 0 {
			return false
		}
	}
	return e.reduction <= 100 && 0 < e.weekdays && e.weekdays <= 20_000
}

func lcm(a, b uint64) uint64 {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	return a / x * b
}
