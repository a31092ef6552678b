package domain

import "w2w/pkg/fault"

// Code says why a row is rejected; RULES.md of the LSU pool defines those that its set knows.
type Code string

// The codes of rows.
const (
	TaxCodeInvalid         Code = "CF_INVALID"
	EntityUnknown          Code = "ENTITY_UNKNOWN"
	RegionUnknown          Code = "REGION_UNKNOWN"
	WorkerDuplicate        Code = "WORKER_DUPLICATE"
	WorkerUnknown          Code = "WORKER_UNKNOWN"
	EffectiveAfterReceived Code = "EFFECTIVE_AFTER_RECEIVED"
	EffectiveBeforePool    Code = "EFFECTIVE_BEFORE_POOL"
	EntityOtherRegion      Code = "ENTITY_OTHER_REGION"
	EntitySame             Code = "ENTITY_SAME"
	AlreadyExited          Code = "ALREADY_EXITED"
	AlreadySuspended       Code = "ALREADY_SUSPENDED"
	NotSuspended           Code = "NOT_SUSPENDED"
	OutOfOrder             Code = "OUT_OF_ORDER"
	CauseNotAllowed        Code = "CAUSE_NOT_ALLOWED"
	StateNotAllowed        Code = "STATE_NOT_ALLOWED"
	HoursMissing           Code = "HOURS_MISSING"
	MovementDuplicate      Code = "MOVEMENT_DUPLICATE"
	EntityDuplicate        Code = "ENTITY_DUPLICATE"
	PaymentDuplicate       Code = "PAYMENT_DUPLICATE"
	MonthNotClosed         Code = "MONTH_NOT_CLOSED"
	ReversalExceeds        Code = "REVERSAL_EXCEEDS"
	PaidAfterReported      Code = "PAID_AFTER_REPORTED"
)

// Reason is what a code tells people: the field that it is about and a sentence.
type Reason struct {
	Field string
	Text  fault.Text
}

var reasons = map[Code]Reason{
	TaxCodeInvalid:         {"tax_code", fault.Text{IT: "Il codice fiscale non è valido.", EN: "The tax code is not valid."}},
	EntityUnknown:          {"entity_ref", fault.Text{IT: "L'ente utilizzatore non è nel registro.", EN: "The host entity is not in the registry."}},
	RegionUnknown:          {"region", fault.Text{IT: "La Regione non ha un bacino LSU.", EN: "The Region has no LSU pool."}},
	WorkerDuplicate:        {"worker_ref", fault.Text{IT: "Il lavoratore o il codice fiscale è già nel bacino.", EN: "The worker or the tax code is in the pool already."}},
	WorkerUnknown:          {"worker_ref", fault.Text{IT: "Il lavoratore non è nel bacino.", EN: "The worker is not in the pool."}},
	EffectiveAfterReceived: {"effective_on", fault.Text{IT: "La decorrenza è successiva alla ricezione.", EN: "It takes effect after it was received."}},
	EffectiveBeforePool:    {"effective_on", fault.Text{IT: "La decorrenza precede il bacino.", EN: "It takes effect before the pool."}},
	EntityOtherRegion:      {"to_entity", fault.Text{IT: "L'ente di destinazione è in un'altra Regione.", EN: "The entity is in another Region."}},
	EntitySame:             {"to_entity", fault.Text{IT: "Il lavoratore è già presso l'ente.", EN: "The worker is with this entity already."}},
	AlreadyExited:          {"event", fault.Text{IT: "Il lavoratore è uscito dal bacino.", EN: "The worker has left the pool."}},
	AlreadySuspended:       {"event", fault.Text{IT: "Il lavoratore è già sospeso.", EN: "The worker is suspended already."}},
	NotSuspended:           {"event", fault.Text{IT: "Il lavoratore non è sospeso.", EN: "The worker is not suspended."}},
	OutOfOrder:             {"effective_on", fault.Text{IT: "Precede un movimento già accettato del lavoratore.", EN: "It is before an accepted movement of the worker."}},
	CauseNotAllowed:        {"cause", fault.Text{IT: "La causale non è ammessa alla decorrenza.", EN: "The cause is not allowed on that day."}},
	StateNotAllowed:        {"event", fault.Text{IT: "Lo stato non è previsto alla decorrenza.", EN: "The state is not provided for on that day."}},
	HoursMissing:           {"weekly_hours", fault.Text{IT: "Mancano le ore settimanali.", EN: "The weekly hours are missing."}},
	MovementDuplicate:      {"movement_ref", fault.Text{IT: "Un movimento con questo riferimento è già accettato.", EN: "A movement with this reference is accepted already."}},
	EntityDuplicate:        {"entity_ref", fault.Text{IT: "L'ente è già nel registro.", EN: "The entity is in the registry already."}},
	PaymentDuplicate:       {"payment_ref", fault.Text{IT: "Il pagamento è già stato comunicato.", EN: "The payment was reported already."}},
	MonthNotClosed:         {"month", fault.Text{IT: "Il mese non è chiuso.", EN: "The month is not closed."}},
	ReversalExceeds:        {"paid_cents", fault.Text{IT: "Lo storno supera quanto è stato pagato.", EN: "The reversal exceeds what was paid."}},
	PaidAfterReported:      {"paid_on", fault.Text{IT: "Il pagamento è successivo alla comunicazione.", EN: "It was paid after it was reported."}},
}

// Reason returns the field and the sentence of the code.
func (c Code) Reason() Reason { return reasons[c] }
