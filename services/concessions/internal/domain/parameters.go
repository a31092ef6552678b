package domain

import (
	"encoding/json"
	"fmt"

	"w2w/pkg/fault"
	"w2w/pkg/params"
	"w2w/pkg/period"
)

// Dimension says what a parameter counts.
type Dimension string

// The dimensions of the parameters.
const (
	Cents   Dimension = "CENTS"
	Percent Dimension = "PERCENT"
	Days    Dimension = "DAYS"
	Weeks   Dimension = "WEEKS"
	Months  Dimension = "MONTHS"
	Count   Dimension = "COUNT"
	Switch  Dimension = "SWITCH" // on or off
)

// Kind says which values a parameter takes.
type Kind struct {
	Unit        Dimension
	Least, Most int64 // of a number
}

// What lies outside these bounds is a slip of the pen, whatever the law says.
const (
	mostMonthlyCents = 1_000_000     // 10,000 euro a month
	mostGrantCents   = 1_000_000_000 // 10 million euro
	tenYearsOfDays   = 3660
	tenYearsOfWeeks  = 520
)

// catalogue lists every parameter that there is. Nothing reads a key that is not here.
var catalogue = kinds()

func kinds() map[string]Kind {
	all := map[string]Kind{
		"filing.insolvency_exempt":             {Unit: Switch},
		"filing.days_from_start":               {Days, 0, tenYearsOfDays},
		"refusal.notice_days":                  {Days, 1, tenYearsOfDays},
		"reduction.weeks_of_prior_use":         {Weeks, 1, tenYearsOfWeeks},
		"advance.max_months":                   {Months, 1, 36},
		"competence.ministry_from_territories": {Count, 1, 21},
		"company.small_max_employees":          {Count, 1, 10_000},
		"benefit.percent_of_pay":               {Percent, 1, 100},
		"share.state_percent":                  {Percent, 0, 100},
		"plafond.threshold_percent":            {Percent, 1, 100},
		"publication.threshold_cents":          {Cents, 0, mostGrantCents},
	}
	for _, key := range []string{"cap.threshold_cents", "cap.low_cents", "cap.high_cents", "cap.low_net_cents", "cap.high_net_cents", "asu.monthly_cents"} {
		all[key] = Kind{Cents, 1, mostMonthlyCents}
	}
	for _, c := range []ConcessionType{FirstConcession, FirstExtension, SecondExtension, LaterExtension} {
		all["reduction."+string(c)+".percent"] = Kind{Percent, 0, 100}
	}
	for _, i := range []Instrument{CIGDeroga, CIGSDeroga, MobilitaDeroga} {
		all["seniority."+string(i)+".days"] = Kind{Days, 0, tenYearsOfDays}
	}
	for c := range rowReasons {
		all[switchOf(string(c))] = Kind{Unit: Switch}
	}
	for c := range appReasons {
		all[switchOf(string(c))] = Kind{Unit: Switch}
	}
	return all
}

// switchOf is the key of the parameter that switches a code on.
func switchOf(code string) string { return "rule." + code + ".enabled" }

// KindOf returns the kind of a parameter; false when there is no such parameter.
func KindOf(key string) (Kind, bool) {
	k, ok := catalogue[key]
	return k, ok
}

// The days for which a parameter may be stated.
var (
	firstDay = period.Of(2000, 1, 1)
	lastDay  = period.Of(2100, 12, 31)
)

// CheckParameter refuses an unknown key, a value that the key does not take and days that make no sense.
func CheckParameter(r params.Row) error {
	f := fault.New(fault.RuleViolated, "Il parametro non è accettabile.", "The parameter can't be accepted.")
	if kind, ok := KindOf(r.Key); !ok {
		f.At("/key", "unknown", "parametro sconosciuto", "no such parameter")
	} else if it, en := kind.refuses(r.Value); en != "" {
		f.At("/value", "kind", it, en)
	}
	if r.ValidFrom < firstDay || r.ValidFrom > lastDay {
		f.At("/valid_from", "range", "fuori dagli anni 2000-2100", "outside the years 2000-2100")
	}
	if r.ValidTo != nil && (*r.ValidTo < r.ValidFrom || *r.ValidTo > lastDay) {
		f.At("/valid_to", "range", "prima dell'inizio o dopo il 2100", "before the first day or after 2100")
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

// refuses says in Italian and English why a value is not of the kind; nothing when it is.
func (k Kind) refuses(value json.RawMessage) (it, en string) {
	if k.Unit == Switch {
		if s := string(value); s != "true" && s != "false" {
			return "serve true o false", "true or false is needed"
		}
		return "", ""
	}
	var n int64
	if string(value) == "null" || json.Unmarshal(value, &n) != nil {
		return "serve un numero intero", "a whole number is needed"
	}
	if n < k.Least || n > k.Most {
		return fmt.Sprintf("serve un valore da %d a %d (%s)", k.Least, k.Most, k.Unit), fmt.Sprintf("a value from %d to %d (%s) is needed", k.Least, k.Most, k.Unit)
	}
	return "", ""
}
