package season

import (
	"fmt"
	"maps"
	"strings"
)

type object = map[string]any

func (p plafond) body() object {
	return object{"administration": p.administration, "year": p.year, "family": p.family, "cents": p.cents,
		"act": fmt.Sprintf("Assegnazione %d", p.year), "assigned_on": p.assignedOn}
}

func applicationOf(r *row) object {
	units := []object{}
	for p := range strings.SplitSeq(r.text("unit_provinces"), ";") {
		units = append(units, object{"province": p})
	}
	data := object{"application_ref": r.text("application_ref"), "instrument": r.text("instrument"), "concession_type": r.text("concession_type"),
		"period_from": r.text("period_from"), "period_to": r.text("period_to"), "filed_on": r.text("filed_on"),
		"employer": object{"tax_code": r.text("employer_tax_code"), "name": r.text("employer_name"), "employees": r.number("employees"),
			"company_type": r.text("company_type"), "ateco_section": r.text("ateco_section"), "inps_matricola": r.text("inps_matricola"), "units": units}}
	if on := r.text("agreement_date"); on != "" {
		data["agreement_date"] = on
	}
	return data
}

func workerOf(r *row) object {
	return object{"row": r.number("row"), "tax_code": r.text("tax_code"), "family_name": r.text("family_name"), "given_name": r.text("given_name"),
		"qualification": r.text("qualification"), "contract": r.text("contract"), "weekly_hours": r.number("weekly_hours"), "hired_on": r.text("hired_on"),
		"monthly_gross_pay_cents": r.number("monthly_gross_pay_cents"), "hours_requested": r.number("hours_requested"),
		"prior_hours_used": r.number("prior_hours_used"), "did": r.boolean("did")}
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
