package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/fsm"
	"w2w/pkg/period"
)

// MonthState is where a Region's month stands on its way to the report.
type MonthState string

// The states of a month; a closed month never changes.
const (
	Open      MonthState = "OPEN"
	Submitted MonthState = "SUBMITTED"
	Closed    MonthState = "CLOSED"
)

// MonthEvent is what moves a month.
type MonthEvent string

// The events of a month.
const (
	Submit MonthEvent = "SUBMIT" // the Region declares the month complete
	Return MonthEvent = "RETURN" // who validates sends it back, with a reason
	Close  MonthEvent = "CLOSE"  // the monthly closing (chiusura mensile): the report is frozen and the allowance committed
)

// MonthGuard names what must hold besides the state.
type MonthGuard string

// The guards of a month.
const (
	NoGuard     MonthGuard = ""
	MonthOver   MonthGuard = "MONTH_OVER"    // its last day has passed, and there is a convention for its year
	HasReason   MonthGuard = "HAS_REASON"    // why it goes back
	MayBeClosed MonthGuard = "MAY_BE_CLOSED" // another person, after the closing date and the month before, figures as submitted, funds
)

// MonthRow is one line of the table of a month.
type MonthRow = fsm.Row[MonthState, MonthEvent, MonthGuard]

var monthTable = fsm.New([]MonthRow{
	{From: Open, Event: Submit, To: Submitted, Scopes: []string{ScopeSubmit}, Guard: MonthOver},
	{From: Submitted, Event: Return, To: Open, Scopes: []string{ScopeClose}, Guard: HasReason},
	{From: Submitted, Event: Close, To: Closed, Scopes: []string{ScopeClose}, Guard: MayBeClosed},
})

// MonthTransitions is the table by which months move.
func MonthTransitions() fsm.Table[MonthState, MonthEvent, MonthGuard] { return monthTable }

// Scopes are those that may cause the event from some state.
func (e MonthEvent) Scopes() (scopes []string) {
	for _, row := range monthTable.Rows() {
		if row.Event == e {
			scopes = append(scopes, row.Scopes...)
		}
	}
	return scopes
}

// Month is a month of a Region.
type Month struct {
	Region          string
	Month           period.Month
	State           MonthState
	Version         int
	ClosesOn        period.Date
	HasConvention   bool
	BeforeClosed    bool // the month before is closed, or there is none in the pool
	SubmittedOn     *period.Date
	SubmittedBy     string // the actor
	SubmittedSHA256 string // of the figures that were submitted; no others are ever closed
	ClosedOn        *period.Date
	ClosedBy        string
}

// MonthAct is a wish to move a month.
type MonthAct struct {
	Event  MonthEvent
	By     auth.Identity
	On     period.Date
	Reason string
}

// Overdue says whether the closing date has passed and the month is not closed.
func (m *Month) Overdue(today period.Date) bool { return m.State != Closed && today > m.ClosesOn }

// Apply moves the month by the table, or refuses and says what is allowed or missing. The hash of the figures as they
// are now is asked for only when nothing else stands against the event.
func (m *Month) Apply(act MonthAct, figures func() (sha256 string, err error)) (MonthRow, error) {
	row, err := monthTable.Next(m.State, act.Event)
	if err != nil {
		return row, err
	}
	if against := m.against(row, act); len(against) > 0 {
		return row, against[0]
	}
	if act.Event == Return {
		m.SubmittedOn, m.SubmittedBy, m.SubmittedSHA256 = nil, "", ""
	} else if err := m.judge(act, figures); err != nil {
		return row, err
	}
	m.State = row.To
	m.Version++
	return row, nil
}

// judge notes the figures with which the month is submitted, and wants the same to close it.
func (m *Month) judge(act MonthAct, figures func() (string, error)) error {
	sha256, err := figures()
	switch {
	case err != nil:
		return err
	case act.Event == Submit:
		m.SubmittedOn, m.SubmittedBy, m.SubmittedSHA256 = &act.On, act.By.Actor, sha256
	case m.SubmittedSHA256 != sha256:
		return figuresChanged()
	default:
		m.ClosedOn, m.ClosedBy = &act.On, act.By.Actor
	}
	return nil
}

// against lists what stands against an event, the figures left aside.
func (m *Month) against(row MonthRow, act MonthAct) (all []*fault.Error) {
	unless := func(holds bool, f *fault.Error) {
		if !holds {
			all = append(all, f)
		}
	}
	unless(slices.ContainsFunc(row.Scopes, act.By.Has), fault.New(fault.ScopeMissing, "Il client non ha il ruolo per questo evento.",
		"The client does not hold the role for this event.").With("required_scopes", row.Scopes))
	unless(m.SubmittedOn == nil || act.On >= *m.SubmittedOn, unmet("BEFORE_SUBMISSION", "L'atto precede la presentazione del mese.",
		"The act is before the month was submitted."))
	switch row.Guard {
	case MonthOver:
		unless(m.HasConvention, unmet("NO_CONVENTION", fmt.Sprintf("Manca la convenzione della Regione per il %d.", m.Month.Year()),
			fmt.Sprintf("The Region has no convention for %d.", m.Month.Year())))
		unless(act.On > m.Month.Last(), unmet("MONTH_NOT_OVER", "Il mese non è finito.", "The month is not over.").With("not_before", m.Month.Last()+1))
	case HasReason:
		unless(strings.TrimSpace(act.Reason) != "", fault.New(fault.RuleViolated, "Chi rinvia un mese ne dice il motivo.", "Who sends a month back says why.").
			At("/reason", "required", "manca", "missing"))
	case MayBeClosed:
		m.closable(act, unless)
	case NoGuard:
	}
	return all
}

// closable leaves the figures to judge, and the funds to the ledger.
func (m *Month) closable(act MonthAct, unless func(holds bool, f *fault.Error)) {
	unless(!strings.EqualFold(m.SubmittedBy, act.By.Actor), fault.New(fault.SameActor, "Chi ha presentato il mese non può chiuderlo.",
		"Who submitted the month may not close it."))
	unless(m.BeforeClosed, unmet("MONTH_BEFORE_NOT_CLOSED", fmt.Sprintf("Il mese %s non è chiuso.", m.Month-1),
		fmt.Sprintf("The month %s is not closed.", m.Month-1)).With("month", m.Month-1))
	unless(act.On > m.ClosesOn, unmet("CLOSING_DATE_NOT_PASSED", fmt.Sprintf("Fino al %s compreso si ricevono movimenti in tempo.", m.ClosesOn),
		fmt.Sprintf("Up to and including %s movements are received in time.", m.ClosesOn)).With("not_before", m.ClosesOn+1))
}

func figuresChanged() *fault.Error {
	return unmet("FIGURES_CHANGED", "I dati sono cambiati dopo la presentazione: va rinviato e ripresentato.",
		"The figures have changed since the month was submitted: send it back, and submit it again.")
}

func unmet(code, it, en string) *fault.Error {
	return fault.New(fault.StateConflict, it, en).With("guard", code)
}

// MonthStep is a line of a month's history.
type MonthStep struct {
	From, Event, To, Actor, Reason, SHA256 string
	ActedOn                                period.Date
	RecordedAt                             time.Time
}
