package domain

import (
	"slices"

	"w2w/pkg/fault"
	"w2w/pkg/italia"
	"w2w/pkg/period"
)

// AppCode says why an application is inadmissible.
type AppCode string

// The codes of an application; RULES.md of the season defines each.
const (
	AgreementAfterStart    AppCode = "AGREEMENT_AFTER_START"
	CompanyTypeMismatch    AppCode = "COMPANY_TYPE_MISMATCH"
	EmployerTaxCodeInvalid AppCode = "EMPLOYER_TAX_CODE_INVALID"
	NoAgreement            AppCode = "NO_AGREEMENT"
	NoEligibleWorkers      AppCode = "NO_ELIGIBLE_WORKERS"
	OutOfTime              AppCode = "OUT_OF_TIME"
	WrongCompetence        AppCode = "WRONG_COMPETENCE"
)

var appReasons = map[AppCode]Reason{
	AgreementAfterStart:    {"agreement_date", fault.Text{IT: "L'accordo non precede l'inizio del periodo.", EN: "The agreement does not come before the start of the period."}},
	CompanyTypeMismatch:    {"employer/company_type", fault.Text{IT: "Il tipo di azienda non corrisponde ai dipendenti.", EN: "The company type does not match the number of employees."}},
	EmployerTaxCodeInvalid: {"employer/tax_code", fault.Text{IT: "Il codice fiscale del datore non è valido.", EN: "The employer's tax code is not valid."}},
	NoAgreement:            {"agreement_date", fault.Text{IT: "Manca il verbale di accordo.", EN: "The agreement is missing."}},
	NoEligibleWorkers:      {"workers", fault.Text{IT: "Nessun lavoratore è ammesso.", EN: "No worker is accepted."}},
	OutOfTime:              {"filed_on", fault.Text{IT: "L'istanza è fuori termine.", EN: "The application was filed too late."}},
	WrongCompetence:        {"employer/units", fault.Text{IT: "L'amministrazione non è competente per le unità produttive.", EN: "The administration is not competent for the production units."}},
}

// Reason returns the field and the sentence of the code.
func (c AppCode) Reason() Reason { return appReasons[c] }

// Terms are the facts of an application that the rules judge.
type Terms struct {
	Administration  string
	EmployerTaxCode string
	Employees       int
	CompanyType     CompanyType
	UnitProvinces   []string
	Instrument      Instrument
	ConcessionType  ConcessionType
	Period          period.Period
	AgreementDate   *period.Date
	FiledOn         period.Date
	Insolvency      bool // insolvency procedures are exempt from the filing deadline
}

// JudgeApplication lists the codes against an application of which so many rows are accepted, sorted.
func JudgeApplication(t Terms, accepted int, r Rules) ([]AppCode, error) {
	deadline, err := r.need("filing.days_from_start", t.FiledOn)
	if err != nil {
		return nil, err
	}
	small, err := r.need("company.small_max_employees", t.FiledOn)
	if err != nil {
		return nil, err
	}
	ministryFrom, err := r.need("competence.ministry_from_territories", t.FiledOn)
	if err != nil {
		return nil, err
	}
	exempt, _ := r.parameters.Bool("filing.insolvency_exempt", t.FiledOn)
	broken := map[AppCode]bool{
		NoAgreement:            t.AgreementDate == nil,
		AgreementAfterStart:    t.AgreementDate != nil && *t.AgreementDate >= t.Period.From,
		OutOfTime:              (!exempt || !t.Insolvency) && t.FiledOn > t.Period.From.AddDays(int(deadline)),
		WrongCompetence:        !competent(t, r.places, ministryFrom),
		CompanyTypeMismatch:    sizeMismatch(t.CompanyType, int64(t.Employees), small),
		EmployerTaxCodeInvalid: !italia.ValidCompanyCode(t.EmployerTaxCode),
		NoEligibleWorkers:      accepted == 0,
	}
	var codes []AppCode
	for c, yes := range broken {
		if yes && r.enabled(string(c), t.FiledOn) {
			codes = append(codes, c)
		}
	}
	slices.Sort(codes)
	return codes, nil
}

// competent says whether the application lies with the administration of its units' territory, or with the
// Ministry when they lie in so many. No administration is competent for a province that did not exist in 2011.
func competent(t Terms, places Territories, ministryFrom int64) bool {
	var owners []string
	for _, p := range t.UnitProvinces {
		owner, ok := places.Territory(p)
		if !ok {
			return false
		}
		if !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
	}
	if int64(len(owners)) >= ministryFrom {
		return t.Administration == italia.Ministry
	}
	return slices.Contains(owners, t.Administration)
}

func sizeMismatch(c CompanyType, employees, small int64) bool {
	return c == SmallIndustry && employees > small || c == LargerIndustry && employees <= small
}
