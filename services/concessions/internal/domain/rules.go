package domain

import (
	"fmt"

	"w2w/pkg/fault"
	"w2w/pkg/italia"
	"w2w/pkg/period"
)

// Parameters gives dated values; package params implements it.
type Parameters interface {
	Int(key string, on period.Date) (int64, bool)
	Bool(key string, on period.Date) (bool, bool)
	LegalRef(key string, on period.Date) string
}

// Territories knows the administrations and on whose ground a province lies; italia.Atlas implements it.
type Territories interface {
	Territory(province string) (string, bool)
	Administration(code string) (italia.Administration, bool)
}

// Rules judges by the parameters of the day on which an application was filed.
type Rules struct {
	parameters Parameters
	places     Territories
	version    int64
}

// NewRules joins the dated parameters with the map of the territories.
func NewRules(p Parameters, t Territories) Rules { return Rules{parameters: p, places: t} }

// Numbered returns the rules as the given version of the parameters, so that a judgement can tell by which it was made.
func (r Rules) Numbered(version int64) Rules {
	r.version = version
	return r
}

// Version numbers the parameters that the rules go by.
func (r Rules) Version() int64 { return r.version }

// need returns a parameter that must exist on the day; without it nothing can be judged.
func (r Rules) need(key string, on period.Date) (int64, error) {
	var v int64
	ok := r.parameters != nil
	if ok {
		v, ok = r.parameters.Int(key, on)
	}
	if !ok {
		return 0, fault.New(fault.RuleViolated,
			fmt.Sprintf("Nessun valore di %s in vigore il %s.", key, on),
			fmt.Sprintf("No value of %s is in force on %s.", key, on)).With("parameter", key)
	}
	return v, nil
}

func (r Rules) enabled(code string, on period.Date) bool {
	v, ok := r.parameters.Bool(switchOf(code), on)
	return ok && v
}

// ForbidOverlaps says whether a person may be covered once only in a period.
func (r Rules) ForbidOverlaps(on period.Date) bool { return r.enabled(string(PeriodOverlap), on) }

// StatePercent is the State's share of a commitment by the date of its decree.
func (r Rules) StatePercent(decreeDate period.Date) (int64, error) {
	return r.need("share.state_percent", decreeDate)
}

// ThresholdPercent is the use from which a plafond deserves attention, or 0 where no parameter sets it.
func (r Rules) ThresholdPercent(on period.Date) int64 {
	v, _ := r.parameters.Int("plafond.threshold_percent", on)
	return v
}

// CheckAdministration refuses a code that no administration has; pointer is the field that holds it.
func (r Rules) CheckAdministration(code, pointer string) error {
	if _, ok := r.places.Administration(code); ok {
		return nil
	}
	return fault.New(fault.RuleViolated, "L'amministrazione non esiste.", "There is no such administration.").
		At(pointer, "unknown", "amministrazione sconosciuta", "unknown administration")
}
