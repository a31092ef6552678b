package domain

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// Verdict is the outcome of an examination.
type Verdict string

// The verdicts of an examination; before it there is none.
const (
	NotExamined  Verdict = ""
	Admissible   Verdict = "ADMISSIBLE"
	Inadmissible Verdict = "INADMISSIBLE"
)

// Unit is a production unit of the employer.
type Unit struct {
	Province string `json:"province"`
	Comune   string `json:"comune,omitempty"`
}

// Employer is the employer's data as filed: it is copied into the application, wrong or not.
type Employer struct {
	TaxCode       string `json:"tax_code"`
	Name          string `json:"name"`
	Employees     int    `json:"employees"`
	CompanyType   string `json:"company_type"`
	ATECOSection  string `json:"ateco_section"`
	INPSMatricola string `json:"inps_matricola"`
	CCNL          string `json:"ccnl,omitempty"`
	Units         []Unit `json:"units"`
}

// Provinces lists the provinces of the employer's units.
func (e Employer) Provinces() []string {
	out := make([]string, len(e.Units))
	for i, u := range e.Units {
		out[i] = u.Province
	}
	return out
}

// Application is one request for wage support (istanza) with everything but its workers.
type Application struct {
	ID             uuid.UUID
	Administration string
	Ref            string
	Employer       Employer
	Instrument     Instrument
	ConcessionType ConcessionType
	Period         period.Period
	AgreementDate  *period.Date
	FiledOn        period.Date
	Insolvency     bool
	State          State
	Version        int
	Verdict        Verdict
	Codes          []AppCode
	Accepted       int
	Rejected       int
	Unread         int // rows of a draft that could not be read
	EstimateCents  int64
	Examiner       string
	SuspendedOn    *period.Date
	SuspendedDays  int
	NotifiedOn     *period.Date // the day of the advance notice of refusal, while it stands
	RulesVersion   int64        // of the parameters by which the rows were judged
	LinkedID       *uuid.UUID
	TransferredTo  string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Terms are what the rules judge.
func (a *Application) Terms() Terms {
	return Terms{
		Administration: a.Administration, EmployerTaxCode: a.Employer.TaxCode, Employees: a.Employer.Employees,
		CompanyType: CompanyType(a.Employer.CompanyType), UnitProvinces: a.Employer.Provinces(),
		Instrument: a.Instrument, ConcessionType: a.ConcessionType, Period: a.Period,
		AgreementDate: a.AgreementDate, FiledOn: a.FiledOn, Insolvency: a.Insolvency,
	}
}

// Tally takes the verdicts of the rows into the application's counts and estimate.
func (a *Application) Tally(rows []Worker) {
	a.Accepted, a.Rejected, a.EstimateCents = 0, 0, 0
	for _, w := range rows {
		if w.Accepted() {
			a.Accepted++
			a.EstimateCents += w.EstimateCents
		} else {
			a.Rejected++
		}
	}
}

// Judge gives every row its verdict and the application its counts and estimate, and notes by which rules.
func (a *Application) Judge(rows []Worker, r Rules) error {
	if err := JudgeRows(a.Terms(), rows, r); err != nil {
		return err
	}
	a.RulesVersion = r.Version()
	a.Tally(rows)
	return nil
}

// Examine judges the application once its rows, overlaps included, are judged.
func (a *Application) Examine(rows []Worker, rules Rules) error {
	a.Tally(rows)
	codes, err := JudgeApplication(a.Terms(), a.Accepted, rules)
	if err != nil {
		return err
	}
	a.Codes = codes
	a.Verdict = Admissible
	if len(a.Codes) > 0 {
		a.Verdict = Inadmissible
	}
	return nil
}

// Act is a wish to move an application: what, by whom, on which day and why.
type Act struct {
	Event          Event
	By             auth.Identity
	On             period.Date
	Reason         string
	DocumentSHA256 string
	Receiver       string // the competent administration, for a transfer
	Available      *int64 // cents of the plafond, where they are known before the ledger is asked
	Detail         map[string]any

	AnsweredOn *period.Date // the day on which the applicant answered the notice of refusal
	Rules      Rules        // in force: a guard may depend on a dated parameter
}

// Step is a transition that took place.
type Step struct {
	ID    uuid.UUID
	From  State
	Event Event
	To    State
	Act   Act
}

// Apply moves the application by the table, or refuses and says what is allowed.
func (a *Application) Apply(act Act) (Step, error) {
	row, err := Transitions().Next(a.State, act.Event)
	if err != nil {
		return Step{}, err
	}
	if err := permits(row, act.By); err != nil {
		return Step{}, err
	}
	if err := a.guard(row.Guard, act); err != nil {
		return Step{}, err
	}
	step := Step{ID: uuid.Must(uuid.NewV7()), From: a.State, Event: act.Event, To: row.To, Act: act}
	a.stopOrStartClock(row, act.On)
	a.noteNotice(row, act.On)
	a.State = row.To
	a.Version++
	return step, nil
}

func permits(row Row, by auth.Identity) error {
	for _, scope := range row.Scopes {
		if by.Has(scope) {
			return nil
		}
	}
	return fault.New(fault.ScopeMissing, "Il client non ha il ruolo per questo evento.", "The client does not hold the role for this event.").
		With("required_scopes", row.Scopes)
}

// guard checks the conditions that the application and the act can answer, for Apply and Possible alike. In
// the end the ledger decides on funds, and the payment on authorised hours.
func (a *Application) guard(g Guard, act Act) error {
	switch g {
	case HasWorkers:
		return a.listed()
	case IsExamined:
		if a.Verdict == NotExamined {
			return unmet(g, "L'istanza non è stata esaminata.", "The application has not been examined.")
		}
	case IsAdmissible:
		if a.Verdict != Admissible {
			return unmet(g, "L'istanza non è ammissibile.", "The application is not admissible.")
		}
	case HasReceiver:
		if act.Receiver == "" || act.Receiver == a.Administration {
			return unmet(g, "Manca l'amministrazione competente.", "The competent administration is missing.")
		}
	case NoticePeriodOver:
		return a.noticeOver(act)
	case ExaminerDiffers:
		if strings.EqualFold(a.Examiner, act.By.Actor) {
			return fault.New(fault.SameActor, "Chi ha istruito l'istanza non può decretarla.", "Who examined the application may not decree it.")
		}
	case FundsSuffice:
		return a.funded(act)
	case NoGuard, WithinAuthorised:
	}
	return nil
}

func (a *Application) listed() error {
	if a.Accepted+a.Rejected == 0 {
		return unmet(HasWorkers, "L'istanza non ha lavoratori.", "The application has no workers.")
	}
	if a.Unread > 0 {
		return unmet(HasWorkers, "Alcune righe dell'elenco non sono leggibili: vanno corrette o tolte.", "Some rows of the list could not be read: correct them or take them out.").
			With("unread_rows", a.Unread)
	}
	return nil
}

// funded compares with what is known of the plafond; when nothing is, the ledger alone decides.
func (a *Application) funded(act Act) error {
	if act.Available == nil || *act.Available >= a.EstimateCents {
		return nil
	}
	missing := a.EstimateCents - *act.Available
	return unmet(FundsSuffice, fmt.Sprintf("Nel plafond mancano %d centesimi.", missing), fmt.Sprintf("The plafond lacks %d cents.", missing)).
		With("missing_cents", missing)
}

func unmet(g Guard, it, en string) *fault.Error {
	return fault.New(fault.StateConflict, it, en).With("guard", string(g))
}

// stopOrStartClock counts the days for which the examination waited for missing papers.
func (a *Application) stopOrStartClock(row Row, on period.Date) {
	switch {
	case row.To == Suspended:
		a.SuspendedOn = &on
	case row.From == Suspended && a.SuspendedOn != nil:
		a.SuspendedDays += on.DaysSince(*a.SuspendedOn)
		a.SuspendedOn = nil
	}
}
