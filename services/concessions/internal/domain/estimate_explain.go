package domain

import (
	"fmt"
	"math/big"
	"slices"

	"w2w/pkg/money"
)

// Explanation tells how the estimate of a row came about. Fractions of cents and of hours are written as
// "418575/11", whole ones as "75".
type Explanation struct {
	Months             []ExplainedMonth
	SumCents           string // before the reduction
	ReductionPercent   int64  // 0 when the worker used fewer hours before than ReductionFromHours
	ReductionFromHours int64
	ExactCents         string
	RoundedCents       int64 // half up: the estimate
	Sources            []Source
}

// ExplainedMonth is what one calendar month adds to an estimate.
type ExplainedMonth struct {
	Month         string // 2010-03
	Weekdays      int    // of the period in the month
	MonthWeekdays int
	Hours         string
	CapCents      int64
	BenefitCents  string
	HourlyCents   string
	ProductCents  string
}

// Source is a parameter that the estimate used, with the act that it comes from.
type Source struct {
	Key      string
	Value    int64
	LegalRef string
}

// Explain spells out the estimate of a row. It is worked out only when somebody asks, in fractions of any
// size, by the same months and caps as the estimate itself. A rejected row is estimated at 0.
func Explain(t Terms, w Worker, r Rules) (Explanation, error) {
	if !w.Accepted() {
		return Explanation{SumCents: "0", ExactCents: "0"}, nil
	}
	e, err := newEstimator(t, r)
	if err != nil {
		return Explanation{}, err
	}
	exact := e.exact(w)
	out := Explanation{
		SumCents: e.sum(w).RatString(), ReductionPercent: int64(e.reductionFor(w)), ReductionFromHours: e.weeks * w.WeeklyHours,
		ExactCents: exact.RatString(), RoundedCents: money.HalfUp(exact), Sources: e.sources(t, r),
	}
	for i := range e.months {
		out.Months = append(out.Months, e.explain(&e.months[i], w))
	}
	return out, nil
}

func (e estimator) explain(m *capMonth, w Worker) ExplainedMonth {
	return ExplainedMonth{
		Month: fmt.Sprintf("%04d-%02d", m.Year, m.MonthPart.Month), Weekdays: m.Weekdays, MonthWeekdays: m.MonthWeekdays,
		Hours: e.hours(m, w).RatString(), CapCents: m.cap(w.MonthlyGrossPayCents), BenefitCents: m.exactBenefit(w).RatString(),
		HourlyCents: m.hourly(w).RatString(), ProductCents: new(big.Rat).Mul(e.hours(m, w), m.hourly(w)).RatString(),
	}
}

// sources lists each parameter value once, in the order of use.
func (e estimator) sources(t Terms, r Rules) []Source {
	var out []Source
	add := func(s Source) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, m := range e.months {
		on := m.First()
		add(Source{"cap.threshold_cents", m.threshold, r.parameters.LegalRef("cap.threshold_cents", on)})
		add(Source{"cap.low_cents", m.low, r.parameters.LegalRef("cap.low_cents", on)})
		add(Source{"cap.high_cents", m.high, r.parameters.LegalRef("cap.high_cents", on)})
		add(Source{"benefit.percent_of_pay", int64(m.percent), r.parameters.LegalRef("benefit.percent_of_pay", on)})
	}
	reduction := "reduction." + string(t.ConcessionType) + ".percent"
	add(Source{reduction, int64(e.reduction), r.parameters.LegalRef(reduction, t.FiledOn)})
	add(Source{"reduction.weeks_of_prior_use", e.weeks, r.parameters.LegalRef("reduction.weeks_of_prior_use", t.FiledOn)})
	return out
}
