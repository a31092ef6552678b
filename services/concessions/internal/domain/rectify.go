package domain

import (
	"fmt"
	"slices"

	"w2w/pkg/fault"
)

// Correction is what a rectification changes in one row that INPS refused; nil fields stay as they are.
type Correction struct {
	Row           int
	TaxCode       *string
	FamilyName    *string
	GivenName     *string
	Qualification *string
	Contract      *string
	WeeklyHours   *int64
}

// apply changes the row and names the fields that are different now.
func (c Correction) apply(w *Worker) (fields []string) {
	for _, f := range []struct {
		name string
		to   *string
		of   *string
	}{{"tax_code", c.TaxCode, &w.TaxCode}, {"family_name", c.FamilyName, &w.FamilyName}, {"given_name", c.GivenName, &w.GivenName},
		{"qualification", c.Qualification, &w.Qualification}, {"contract", c.Contract, &w.Contract}} {
		if f.to != nil && *f.to != *f.of {
			*f.of, fields = *f.to, append(fields, f.name)
		}
	}
	if c.WeeklyHours != nil && *c.WeeklyHours != w.WeeklyHours {
		w.WeeklyHours, fields = *c.WeeklyHours, append(fields, "weekly_hours")
	}
	return fields
}

// Rectification is a row that was corrected, with the fields that are different now; it holds no personal data.
type Rectification struct {
	Row    int      `json:"row"`
	Fields []string `json:"fields"`
}

// CorrectGranted corrects granted rows in place and judges them again: what would reject a row or change an amount is
// refused, since only a decree grants money.
func CorrectGranted(t Terms, rows []Worker, corrections []Correction, r Rules) ([]Rectification, error) {
	granted := slices.Clone(rows)
	var out []Rectification
	for i, c := range corrections {
		at := slices.IndexFunc(rows, func(w Worker) bool { return w.Row == c.Row })
		twice := slices.ContainsFunc(out, func(x Rectification) bool { return x.Row == c.Row })
		if at < 0 || !granted[at].Accepted() || twice {
			return nil, fault.New(fault.RuleViolated, "La riga non è concessa o compare due volte.", "The row is not a granted one or stands twice.").
				At(fmt.Sprintf("/rows/%d/row", i), "row", "riga non rettificabile", "row that can't be rectified")
		}
		out = append(out, Rectification{Row: c.Row, Fields: c.apply(&rows[at])})
	}
	if err := JudgeRows(t, rows, r); err != nil {
		return nil, err
	}
	for at, was := range granted {
		if !was.Accepted() {
			rows[at] = was // it was not granted; nothing here makes it better
			continue
		}
		if err := stillGranted(was, rows[at], out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func stillGranted(was, now Worker, corrected []Rectification) error {
	pointer := "/rows"
	if i := slices.IndexFunc(corrected, func(x Rectification) bool { return x.Row == was.Row }); i >= 0 {
		pointer = fmt.Sprintf("/rows/%d", i)
	}
	if !now.Accepted() {
		reason := now.Codes[0].Reason()
		return fault.New(fault.RuleViolated, "Con la rettifica la riga non sarebbe ammessa.", "With the rectification the row would not be accepted.").
			At(pointer+"/"+reason.Field, string(now.Codes[0]), reason.Text.IT, reason.Text.EN)
	}
	if now.EstimateCents != was.EstimateCents {
		return fault.New(fault.RuleViolated, "La rettifica cambierebbe l'importo concesso: serve un nuovo decreto.", "The rectification would change the amount granted: that needs a new decree.").
			At(pointer, "amount", "importo diverso", "another amount")
	}
	return nil
}
