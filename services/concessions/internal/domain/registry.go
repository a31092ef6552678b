package domain

import (
	"fmt"
	"slices"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/italia"
)

// CheckEmployer holds the national registry to more than a filing: other data hangs on its codes.
func (r Rules) CheckEmployer(e Employer) error {
	f := fault.New(fault.RuleViolated, "Il datore di lavoro ha valori non validi.", "The employer has values that are not valid.")
	if !italia.ValidCompanyCode(e.TaxCode) && !italia.ValidTaxCode(e.TaxCode) {
		f.At("/tax_code", "invalid", "codice fiscale o partita IVA non validi", "neither a valid tax code nor a VAT number")
	}
	if !italia.ValidMatricola(e.INPSMatricola) {
		f.At("/inps_matricola", "invalid", "matricola INPS di 10 cifre", "an INPS number has 10 digits")
	}
	if e.ATECOSection < "A" || e.ATECOSection > "U" {
		f.At("/ateco_section", "unknown", "sezione ATECO da A a U", "an ATECO section is a letter from A to U")
	}
	for i, u := range e.Units {
		if _, ok := r.places.Territory(u.Province); !ok {
			f.At(fmt.Sprintf("/units/%d/province", i), "unknown", "provincia sconosciuta", "unknown province")
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// MayChange says whether an administration may change an employer of the national registry: one on whose
// ground the employer has a unit, and who acts for all of them.
func (r Rules) MayChange(administration string, e Employer) bool {
	return administration == auth.AllAdministrations || slices.ContainsFunc(e.Units, func(u Unit) bool {
		owner, ok := r.places.Territory(u.Province)
		return ok && owner == administration
	})
}
