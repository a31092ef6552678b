package season

import (
	"encoding/json"
	"strings"
)

type object = map[string]any

// number keeps a figure as it is written; the API says what is wrong with it.
func number(s string) any { return json.Number(s) }

func (a *application) body() object {
	f := a.fields
	units := []object{}
	for p := range strings.SplitSeq(f["unit_provinces"], ";") {
		units = append(units, object{"province": p})
	}
	workers := make([]object, len(a.workers))
	for i, w := range a.workers {
		workers[i] = object{"tax_code": w["tax_code"], "family_name": w["family_name"], "given_name": w["given_name"],
			"qualification": w["qualification"], "contract": w["contract"], "weekly_hours": number(w["weekly_hours"]), "hired_on": w["hired_on"],
			"monthly_gross_pay_cents": number(w["monthly_gross_pay_cents"]), "hours_requested": number(w["hours_requested"]),
			"prior_hours_used": number(w["prior_hours_used"]), "did": w["did"] == "true"}
	}
	body := object{"application_ref": a.ref, "instrument": a.instrument, "concession_type": f["concession_type"],
		"period_from": f["period_from"], "period_to": f["period_to"], "filed_on": f["filed_on"], "submit": true, "workers": workers,
		"employer": object{"tax_code": f["employer_tax_code"], "name": f["employer_name"], "employees": number(f["employees"]),
			"company_type": f["company_type"], "ateco_section": f["ateco_section"], "inps_matricola": f["inps_matricola"], "units": units}}
	if f["agreement_date"] != "" {
		body["agreement_date"] = f["agreement_date"]
	}
	return body
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
