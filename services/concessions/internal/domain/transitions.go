package domain

import (
	"slices"

	"w2w/pkg/fsm"
)

// State is where an application (istanza) stands; docs/states/application.mmd draws them.
type State string

// The states of an application.
const (
	Draft            State = "BOZZA"
	Filed            State = "PRESENTATA"
	Registered       State = "PROTOCOLLATA"
	Transferred      State = "TRASFERITA"
	UnderExamination State = "IN_ISTRUTTORIA"
	Suspended        State = "SOSPESA_INTEGRAZIONE"
	AtTable          State = "AL_TAVOLO"
	Postponed        State = "RINVIATA"
	RefusalAnnounced State = "PREAVVISO_RIGETTO"
	Refused          State = "RESPINTA"
	Granted          State = "ACCOLTA"
	Committed        State = "IMPEGNATA"
	Decreed          State = "DECRETATA"
	SentToINPS       State = "TRASMESSA_INPS"
	AcceptedByINPS   State = "ACCETTATA_INPS"
	DiscardedByINPS  State = "SCARTATA_INPS"
	Rectified        State = "RETTIFICATA"
	AuthorisedByINPS State = "AUTORIZZATA_INPS"
	BeingPaid        State = "IN_PAGAMENTO"
	FinallyAccounted State = "CONSUNTIVATA"
	Closed           State = "CHIUSA"
	Renounced        State = "RINUNCIATA"
	Revoked          State = "REVOCATA"
	Annulled         State = "ANNULLATA"
)

// Event is what moves an application from a state to the next.
type Event string

// The events of an application.
const (
	File             Event = "PRESENTA"
	Register         Event = "PROTOCOLLA"
	Transfer         Event = "TRASFERISCI"
	StartExamination Event = "AVVIA_ISTRUTTORIA"
	AskIntegration   Event = "CHIEDI_INTEGRAZIONE"
	Resume           Event = "RIPRENDI"
	SendToTable      Event = "CONVOCA_TAVOLO"
	AnnounceRefusal  Event = "PREAVVISA_RIGETTO"
	Reexamine        Event = "RIPRENDI_ISTRUTTORIA"
	Refuse           Event = "RESPINGI"
	Grant            Event = "ACCOGLI"
	Postpone         Event = "RINVIA"
	Reconvene        Event = "RICONVOCA"
	Commit           Event = "IMPEGNA"
	Decree           Event = "DECRETA"
	Send             Event = "TRASMETTI"
	Accept           Event = "ACCETTA"
	Discard          Event = "SCARTA"
	Rectify          Event = "RETTIFICA"
	Resend           Event = "RITRASMETTI"
	Authorise        Event = "AUTORIZZA"
	StartPayment     Event = "AVVIA_PAGAMENTO"
	Account          Event = "CONSUNTIVA"
	Close            Event = "CHIUDI"
	Renounce         Event = "RINUNCIA"
	Revoke           Event = "REVOCA"
	Annul            Event = "ANNULLA"
)

// The scopes of concessions: a role is a scope.
const (
	ScopeRead     = "applications:read"
	ScopeFile     = "applications:file"
	ScopeRegister = "applications:protocol"
	ScopeExamine  = "applications:examine"
	ScopePreside  = "applications:preside"
	ScopeCommit   = "applications:commit"
	ScopeDecree   = "applications:decree"
	ScopeINPS     = "inps:exchange"
	ScopePeople   = "people:read"
	ScopePlafonds = "plafonds:read"
	ScopeAssign   = "plafonds:assign"
	ScopeEvents   = "events:read"
	ScopeRules    = "parameters:write"
)

// Guard names what must hold besides the state; the use case of the event checks it.
type Guard string

// The guards of the table.
const (
	NoGuard          Guard = ""
	HasWorkers       Guard = "HAS_WORKERS"        // at least one row, accepted or not, and none unread
	IsExamined       Guard = "IS_EXAMINED"        // a verdict exists
	IsAdmissible     Guard = "IS_ADMISSIBLE"      // the verdict is ADMISSIBLE
	HasReceiver      Guard = "HAS_RECEIVER"       // the competent administration is named
	FundsSuffice     Guard = "FUNDS_SUFFICE"      // plafond >= estimate
	ExaminerDiffers  Guard = "EXAMINER_DIFFERS"   // who examined never decrees
	WithinAuthorised Guard = "WITHIN_AUTHORISED"  // used hours <= authorised hours
	NoticePeriodOver Guard = "NOTICE_PERIOD_OVER" // the applicant answered the notice of refusal, or let its days pass
)

// Row is one line of the transition table.
type Row = fsm.Row[State, Event, Guard]

// beforeDecree are the states from which the employer may still renounce.
var beforeDecree = []State{Draft, Filed, Registered, UnderExamination, Suspended, AtTable, Postponed, RefusalAnnounced, Granted, Committed}

// afterDecree are the states in which a decree can still be revoked or annulled.
var afterDecree = []State{Decreed, SentToINPS, AcceptedByINPS, DiscardedByINPS, Rectified, AuthorisedByINPS, BeingPaid, FinallyAccounted}

// Transitions is the whole state machine. The same table decides, answers what is
// allowed now and draws docs/states/application.mmd.
func Transitions() fsm.Table[State, Event, Guard] {
	rows := []Row{
		{From: Draft, Event: File, To: Filed, Scopes: []string{ScopeFile}, Guard: HasWorkers},
		{From: Filed, Event: Register, To: Registered, Scopes: []string{ScopeRegister}},
		{From: Filed, Event: Transfer, To: Transferred, Scopes: []string{ScopeRegister}, Guard: HasReceiver},
		{From: Registered, Event: Transfer, To: Transferred, Scopes: []string{ScopeRegister}, Guard: HasReceiver},
		{From: Registered, Event: StartExamination, To: UnderExamination, Scopes: []string{ScopeExamine}},
		{From: UnderExamination, Event: AskIntegration, To: Suspended, Scopes: []string{ScopeExamine}},
		{From: Suspended, Event: Resume, To: UnderExamination, Scopes: []string{ScopeExamine}},
		{From: UnderExamination, Event: SendToTable, To: AtTable, Scopes: []string{ScopePreside}, Guard: IsAdmissible},
		{From: UnderExamination, Event: AnnounceRefusal, To: RefusalAnnounced, Scopes: []string{ScopeExamine}, Guard: IsExamined},
		{From: AtTable, Event: Grant, To: Granted, Scopes: []string{ScopePreside}},
		{From: AtTable, Event: Postpone, To: Postponed, Scopes: []string{ScopePreside}},
		{From: AtTable, Event: AnnounceRefusal, To: RefusalAnnounced, Scopes: []string{ScopePreside}},
		{From: Postponed, Event: Reconvene, To: AtTable, Scopes: []string{ScopePreside}},
		{From: RefusalAnnounced, Event: Refuse, To: Refused, Scopes: []string{ScopeExamine}, Guard: NoticePeriodOver},
		{From: RefusalAnnounced, Event: Reexamine, To: UnderExamination, Scopes: []string{ScopeExamine}},
		{From: Granted, Event: Commit, To: Committed, Scopes: []string{ScopeCommit}, Guard: FundsSuffice},
		{From: Committed, Event: Decree, To: Decreed, Scopes: []string{ScopeDecree}, Guard: ExaminerDiffers},
		{From: Decreed, Event: Send, To: SentToINPS, Scopes: []string{ScopeDecree}},
		{From: SentToINPS, Event: Accept, To: AcceptedByINPS, Scopes: []string{ScopeINPS}},
		{From: SentToINPS, Event: Discard, To: DiscardedByINPS, Scopes: []string{ScopeINPS}},
		{From: DiscardedByINPS, Event: Rectify, To: Rectified, Scopes: []string{ScopeExamine, ScopeDecree}},
		{From: Rectified, Event: Resend, To: SentToINPS, Scopes: []string{ScopeDecree}},
		{From: AcceptedByINPS, Event: Authorise, To: AuthorisedByINPS, Scopes: []string{ScopeINPS}},
		{From: AuthorisedByINPS, Event: StartPayment, To: BeingPaid, Scopes: []string{ScopeINPS}, Guard: WithinAuthorised},
		{From: BeingPaid, Event: Account, To: FinallyAccounted, Scopes: []string{ScopeFile, ScopeDecree}},
		{From: FinallyAccounted, Event: Close, To: Closed, Scopes: []string{ScopeDecree}},
	}
	for _, s := range beforeDecree {
		rows = append(rows, Row{From: s, Event: Renounce, To: Renounced, Scopes: []string{ScopeFile}})
	}
	for _, s := range afterDecree {
		rows = append(rows,
			Row{From: s, Event: Revoke, To: Revoked, Scopes: []string{ScopeDecree}},
			Row{From: s, Event: Annul, To: Annulled, Scopes: []string{ScopeDecree}})
	}
	return fsm.New(rows)
}

// Scopes are those of which one lets a caller bring the event about, from whatever state.
func (e Event) Scopes() (scopes []string) {
	for _, r := range Transitions().Rows() {
		if r.Event == e {
			scopes = append(scopes, r.Scopes...)
		}
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// FreesPeriods says whether an application that reaches this state no longer covers its workers' periods.
func (s State) FreesPeriods() bool {
	switch s {
	case Renounced, Refused, Revoked, Annulled:
		return true
	default:
		return false
	}
}

// Final says whether nothing can follow this state.
func (s State) Final() bool {
	switch s {
	case Transferred, Refused, Renounced, Revoked, Annulled, Closed:
		return true
	default:
		return false
	}
}
