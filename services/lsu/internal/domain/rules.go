package domain

import (
	"encoding/json"
	"fmt"
	"slices"

	"w2w/pkg/fault"
	"w2w/pkg/params"
	"w2w/pkg/period"
)

// Rules judge and count by dated parameters.
type Rules struct {
	set     params.Set
	version int64
}

// NewRules takes a snapshot of the parameters, numbered by its version.
func NewRules(set params.Set, version int64) Rules { return Rules{set, version} }

// Version numbers the parameters that the rules go by.
func (r Rules) Version() int64 { return r.version }

// LegalRef is the source of the value of a parameter that holds on a day.
func (r Rules) LegalRef(key string, on period.Date) string { return r.set.LegalRef(key, on) }

// need reads a parameter that must exist on the day; without it nothing can be judged.
func need[T any](r Rules, key string, on period.Date) (v T, err error) {
	row, ok := r.set.At(key, on)
	if !ok || json.Unmarshal(row.Value, &v) != nil {
		return v, fault.New(fault.RuleViolated, fmt.Sprintf("Nessun valore di %s in vigore il %s.", key, on),
			fmt.Sprintf("No value of %s is in force on %s.", key, on)).With("parameter", key)
	}
	return v, nil
}

func (r Rules) number(key string, on period.Date) (int64, error) { return need[int64](r, key, on) }

// allows says whether a switch is on; a parameter that is missing is off.
func (r Rules) allows(key string, on period.Date) bool {
	v, ok := r.set.Bool(key, on)
	return ok && v
}

func (r Rules) allowsCause(e Event, cause string, on period.Date) bool {
	return r.allows("cause."+string(e)+"."+cause, on)
}

func (r Rules) allowsState(s State, on period.Date) bool {
	return r.allows("state."+string(s)+".allowed", on)
}

// PoolDay is the day at whose end the pool file shows the pool: the first month is the one that follows.
func (r Rules) PoolDay() (period.Date, error) {
	return need[period.Date](r, PoolDayKey, firstDay)
}

// FirstMonth is the first month of the pool.
func (r Rules) FirstMonth() (period.Month, error) {
	day, err := r.PoolDay()
	return period.MonthOf(day + 1), err
}

// Regions are the codes of the Regions that have a pool on a day.
func (r Rules) Regions(on period.Date) ([]string, error) {
	return need[[]string](r, "pool.regions", on)
}

// IsRegion says whether a code is that of a Region with a pool on the day of the pool.
func (r Rules) IsRegion(code string) (bool, error) {
	day, err := r.PoolDay()
	if err != nil {
		return false, err
	}
	regions, err := r.Regions(day)
	return slices.Contains(regions, code), err
}

// WeeklyHours are the hours of who has none of his own (art. 4 d.lgs. 81/2000).
func (r Rules) WeeklyHours() (int64, error) {
	day, err := r.PoolDay()
	if err != nil {
		return 0, err
	}
	return r.number("hours.weekly", day)
}

// StatePercent is the part of the allowance that the national fund bears.
func (r Rules) StatePercent(m period.Month) (int64, error) {
	return r.number("share.state_percent", m.Last())
}

// ThresholdPercent is the use from which a convention deserves attention, or 0 where no parameter sets it.
func (r Rules) ThresholdPercent(on period.Date) int64 {
	v, _ := r.set.Int("plafond.threshold_percent", on)
	return v
}

// Terms are what the parameters say of one month: those in force on its last day.
type Terms struct {
	Month     period.Month
	ASUCents  int64 // the monthly allowance (assegno ASU)
	Paid      map[State]bool
	AgeBands  []int // the ages at which a band begins, rising; the first band is below the first of them
	ASULegal  string
	ClosingOn period.Date
}

// Terms reads the parameters of a month.
func (r Rules) Terms(m period.Month) (t Terms, err error) {
	t = Terms{Month: m, Paid: map[State]bool{}, ASULegal: r.LegalRef("asu.monthly_cents", m.Last())}
	if t.ASUCents, err = r.number("asu.monthly_cents", m.Last()); err != nil {
		return t, err
	}
	for _, s := range []State{Active, Suspended} {
		t.Paid[s] = r.allows("state."+string(s)+".paid", m.Last())
	}
	if t.AgeBands, err = need[[]int](r, "report.age_bands", m.Last()); err != nil {
		return t, err
	}
	t.ClosingOn, err = r.ClosingDate(m)
	return t, err
}
