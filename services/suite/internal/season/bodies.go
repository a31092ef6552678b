package season

import (
	"fmt"
	"maps"
	"strings"

	"w2w/services/suite/internal/sheets"
)

type object = map[string]any

func (p plafond) body() object {
	return object{"administration": p.administration, "year": p.year, "family": p.family, "cents": p.cents,
		"act": fmt.Sprintf("Assegnazione %d", p.year), "assigned_on": p.assignedOn}
}

func applicationOf(r *sheets.Row) object {
	units := []object{}
	for p := range strings.SplitSeq(r.Text("unit_provinces"), ";") {
		units = append(units, object{"province": p})
	}
	data := object{"application_ref": r.Text("application_ref"), "instrument": r.Text("instrument"), "concession_type": r.Text("concession_type"),
		"period_from": r.Text("period_from"), "period_to": r.Text("period_to"), "filed_on": r.Text("filed_on"),
		"employer": object{"tax_code": r.Text("employer_tax_code"), "name": r.Text("employer_name"), "employees": r.Number("employees"),
			"company_type": r.Text("company_type"), "ateco_section": r.Text("ateco_section"), "inps_matricola": r.Text("inps_matricola"), "units": units}}
	if on := r.Text("agreement_date"); on != "" {
		data["agreement_date"] = on
	}
	return data
}

func workerOf(r *sheets.Row) object {
	return object{"row": r.Number("row"), "tax_code": r.Text("tax_code"), "family_name": r.Text("family_name"), "given_name": r.Text("given_name"),
		"qualification": r.Text("qualification"), "contract": r.Text("contract"), "weekly_hours": r.Number("weekly_hours"), "hired_on": r.Text("hired_on"),
		"monthly_gross_pay_cents": r.Number("monthly_gross_pay_cents"), "hours_requested": r.Number("hours_requested"),
		"prior_hours_used": r.Number("prior_hours_used"), "did": r.Boolean("did")}
}

// body is the application as it is sent with some of its workers.
func (a *application) body(workers []worker, submit bool) object {
	body := maps.Clone(a.data)
	body["submit"], body["workers"] = submit, items(workers)
	return body
}

func items(workers []worker) []object {
	out := make([]object, len(workers))
	for i, w := range workers {
		out[i] = w.data
	}
	return out
}

type code struct {
	Code string `json:"code"`
}

type filed struct {
	ID            string `json:"id"`
	Version       int    `json:"version"`
	State         string `json:"state"`
	Verdict       string `json:"verdict"`
	Codes         []code `json:"codes"`
	Accepted      int    `json:"accepted_workers"`
	Rejected      int    `json:"rejected_workers"`
	EstimateCents int64  `json:"estimate_cents"`
}

func (f *filed) etag() string { return fmt.Sprintf(`"%d"`, f.Version) }

type judgedRow struct {
	Row           int    `json:"row"`
	Verdict       string `json:"verdict"`
	Codes         []code `json:"codes"`
	EstimateCents int64  `json:"estimate_cents"`
}

type judged struct {
	Application filed       `json:"application"`
	Rows        []judgedRow `json:"rows"`
}

type commitment struct {
	CommittedCents     int64 `json:"committed_cents"`
	StateCents         int64 `json:"state_cents"`
	RegionalCents      int64 `json:"regional_cents"`
	ResidualAfterCents int64 `json:"residual_after_cents"`
}
