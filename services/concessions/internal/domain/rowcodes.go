package domain

import (
	"slices"

	"w2w/pkg/fault"
	"w2w/pkg/italia"
	"w2w/pkg/period"
)

// RowCode says why a worker's row is rejected.
type RowCode string

// The codes of a row; RULES.md of the season defines each.
const (
	TaxCodeInvalid  RowCode = "CF_INVALID"
	Duplicate       RowCode = "DUPLICATE"
	HoursExceed     RowCode = "HOURS_EXCEED"
	NoDID           RowCode = "NO_DID"
	PeriodOverlap   RowCode = "PERIOD_OVERLAP"
	WorkerSeniority RowCode = "WORKER_SENIORITY"
)

// Reason is what a code tells people: the field that it is about and a sentence.
type Reason struct {
	Field string // name of the field in the row or the application
	Text  fault.Text
}

var rowReasons = map[RowCode]Reason{
	TaxCodeInvalid:  {"tax_code", fault.Text{IT: "Il codice fiscale non è valido.", EN: "The tax code is not valid."}},
	Duplicate:       {"tax_code", fault.Text{IT: "Il codice fiscale compare già in una riga precedente.", EN: "The tax code stands in an earlier row."}},
	HoursExceed:     {"hours_requested", fault.Text{IT: "Le ore richieste superano quelle lavorabili nel periodo.", EN: "More hours are asked than can be worked in the period."}},
	NoDID:           {"did", fault.Text{IT: "Manca la dichiarazione di immediata disponibilità.", EN: "The declaration of immediate availability is missing."}},
	PeriodOverlap:   {"tax_code", fault.Text{IT: "Il lavoratore è già coperto in un periodo che si sovrappone.", EN: "The worker is covered already in an overlapping period."}},
	WorkerSeniority: {"hired_on", fault.Text{IT: "L'anzianità presso il datore non basta.", EN: "The worker has not been with the employer long enough."}},
}

// Reason returns the field and the sentence of the code.
func (c RowCode) Reason() Reason { return rowReasons[c] }

// Worker is one row of an application's list.
type Worker struct {
	Row                  int
	TaxCode              string
	FamilyName           string
	GivenName            string
	Qualification        string
	Contract             string
	WeeklyHours          int64
	HiredOn              period.Date
	MonthlyGrossPayCents int64
	HoursRequested       int64
	PriorHoursUsed       int64
	DID                  bool
	Codes                []RowCode
	EstimateCents        int64
}

// Accepted says whether no code stands against the row.
func (w Worker) Accepted() bool { return len(w.Codes) == 0 }

// Reject adds a code, keeps the codes sorted and takes the estimate away.
func (w *Worker) Reject(c RowCode) {
	if i, found := slices.BinarySearch(w.Codes, c); !found {
		w.Codes = slices.Insert(w.Codes, i, c)
	}
	w.EstimateCents = 0
}

// JudgeRows gives every row its codes and estimate. Overlaps are added afterwards, from the periods of
// all administrations.
func JudgeRows(t Terms, rows []Worker, r Rules) error {
	seniority, err := r.need("seniority."+string(t.Instrument)+".days", t.FiledOn)
	if err != nil {
		return err
	}
	estimator, err := newEstimator(t, r)
	if err != nil {
		return err
	}
	j := rowJudge{terms: t, enabled: enabledRowCodes(t, r), seniority: int(seniority), weekdays: int64(t.Period.Weekdays()), seen: make(map[string]bool, len(rows))}
	for i := range rows {
		w := &rows[i]
		w.Codes, w.EstimateCents = nil, 0
		j.judge(w)
		if w.Accepted() {
			w.EstimateCents = estimator.cents(*w)
		}
	}
	return nil
}

// enabledRowCodes reads the switches once for all rows.
func enabledRowCodes(t Terms, r Rules) []RowCode {
	var out []RowCode
	for _, c := range []RowCode{TaxCodeInvalid, Duplicate, HoursExceed, NoDID, WorkerSeniority} {
		if r.enabled(string(c), t.FiledOn) {
			out = append(out, c)
		}
	}
	return out
}

type rowJudge struct {
	terms     Terms
	enabled   []RowCode
	seniority int
	weekdays  int64
	seen      map[string]bool
}

func (j rowJudge) judge(w *Worker) {
	add := func(c RowCode, broken bool) {
		if broken && slices.Contains(j.enabled, c) {
			w.Reject(c)
		}
	}
	add(TaxCodeInvalid, !italia.ValidTaxCode(w.TaxCode))
	add(Duplicate, j.seen[w.TaxCode])
	j.seen[w.TaxCode] = true
	add(WorkerSeniority, w.HiredOn.AddDays(j.seniority) > j.terms.Period.From)
	add(NoDID, !w.DID)
	add(HoursExceed, w.HoursRequested*5 > j.weekdays*w.WeeklyHours)
}
