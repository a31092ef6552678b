package domain

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"w2w/pkg/fault"
	"w2w/pkg/params"
	"w2w/pkg/period"
)

// The days for which a parameter may be stated.
var (
	firstDay = period.Of(1990, 1, 1)
	lastDay  = period.Of(2100, 12, 31)
)

// The keys of parameters by which what was taken in is dated.
const (
	PoolDayKey    = "pool.as_of"
	ClosingDayKey = "closing.day"
)

// check says in Italian and English why a value is not one of a parameter; nothing when it is.
type check func(value json.RawMessage) (it, en string)

// catalogue lists every parameter that there is but the causes, whose codes are data themselves.
var catalogue = map[string]check{
	PoolDayKey:                                isDay,
	"pool.regions":                            regionList,
	ClosingDayKey:                             between(1, 28),
	"asu.monthly_cents":                       between(1, 1_000_000),
	"hours.weekly":                            between(1, 40),
	"share.state_percent":                     between(0, 100),
	"report.age_bands":                        risingAges,
	"plafond.threshold_percent":               between(1, 100),
	"state." + string(Active) + ".allowed":    switched,
	"state." + string(Suspended) + ".allowed": switched,
	"state." + string(Exited) + ".allowed":    switched,
	"state." + string(Active) + ".paid":       switched,
	"state." + string(Suspended) + ".paid":    switched,
}

var causeKey = regexp.MustCompile(`^cause\.(SUSPEND|EXIT)\.[A-Z][A-Z0-9_]{1,39}$`)

// CheckParameter refuses an unknown key, a value that the key does not take and days that make no sense.
func CheckParameter(r params.Row) error {
	f := fault.New(fault.RuleViolated, "Il parametro non è accettabile.", "The parameter can't be accepted.")
	takes, ok := catalogue[r.Key]
	if causeKey.MatchString(r.Key) {
		takes, ok = switched, true
	}
	if !ok {
		f.At("/key", "unknown", "parametro sconosciuto", "no such parameter")
	} else if it, en := takes(r.Value); en != "" {
		f.At("/value", "kind", it, en)
	}
	if r.ValidFrom < firstDay || r.ValidFrom > lastDay {
		f.At("/valid_from", "range", "fuori dagli anni 1990-2100", "outside the years 1990-2100")
	}
	if r.ValidTo != nil && (*r.ValidTo < r.ValidFrom || *r.ValidTo > lastDay) {
		f.At("/valid_to", "range", "prima dell'inizio o dopo il 2100", "before the first day or after 2100")
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

func between(least, most int64) check {
	return func(value json.RawMessage) (it, en string) {
		var n int64
		if string(value) == "null" || json.Unmarshal(value, &n) != nil || n < least || n > most {
			return fmt.Sprintf("serve un numero intero da %d a %d", least, most), fmt.Sprintf("a whole number from %d to %d is needed", least, most)
		}
		return "", ""
	}
}

func switched(value json.RawMessage) (it, en string) {
	if s := string(value); s != "true" && s != "false" {
		return "serve true o false", "true or false is needed"
	}
	return "", ""
}

func isDay(value json.RawMessage) (it, en string) {
	var d period.Date
	if string(value) == "null" || json.Unmarshal(value, &d) != nil || d < firstDay || d > lastDay {
		return "serve una data", "a date is needed"
	}
	return "", ""
}

var regionCode = regexp.MustCompile(`^[0-9A-Z]{2,4}$`)

func regionList(value json.RawMessage) (it, en string) {
	var list []string
	bad := json.Unmarshal(value, &list) != nil || len(list) == 0 || len(list) > 30 ||
		slices.ContainsFunc(list, func(s string) bool { return !regionCode.MatchString(s) })
	if bad || len(slices.Compact(slices.Sorted(slices.Values(list)))) != len(list) {
		return "serve un elenco di codici di Regione, ciascuno una volta", "a list of codes of Regions is needed, each of them once"
	}
	return "", ""
}

func risingAges(value json.RawMessage) (it, en string) {
	var list []int
	bad := json.Unmarshal(value, &list) != nil || len(list) == 0 || len(list) > 10 || list[0] < 15 || list[len(list)-1] > 100 || !slices.IsSorted(list)
	if bad || len(slices.Compact(slices.Clone(list))) != len(list) {
		return "serve un elenco crescente di età da 15 a 100", "a rising list of ages from 15 to 100 is needed"
	}
	return "", ""
}
