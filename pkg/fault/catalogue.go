package fault

import "slices"

// Code is the stable name of a kind of problem; it is the last segment of the problem's type.
type Code string

// The codes that every service shares. docs/problems.md has an entry for each.
const (
	JSONInvalid           Code = "json-invalid"
	RequestInvalid        Code = "request-invalid"
	IdempotencyKeyMissing Code = "idempotency-key-missing"
	IdempotencyKeyReused  Code = "idempotency-key-reused"
	RequestInProgress     Code = "request-in-progress"
	TokenInvalid          Code = "token-invalid"
	ScopeMissing          Code = "scope-missing"
	PurposeRequired       Code = "purpose-required"
	PurposeUnknown        Code = "purpose-unknown"
	SameActor             Code = "same-actor"
	NotFound              Code = "not-found"
	MethodNotAllowed      Code = "method-not-allowed"
	NotAcceptable         Code = "not-acceptable"
	StateConflict         Code = "state-conflict"
	AlreadyExists         Code = "already-exists"
	NoFunds               Code = "no-funds"
	ETagStale             Code = "etag-stale"
	ETagMissing           Code = "etag-missing"
	BodyTooLarge          Code = "body-too-large"
	MediaTypeUnsupported  Code = "media-type-unsupported"
	SchemaInvalid         Code = "schema-invalid"
	RuleViolated          Code = "rule-violated"
	RateLimited           Code = "quota-exceeded"
	Internal              Code = "internal"
	Unavailable           Code = "unavailable"
	UpstreamFailed        Code = "upstream-failed"
)

type entry struct {
	status int
	title  Text
}

var catalogue = map[Code]entry{
	JSONInvalid:           {400, Text{"JSON non leggibile", "The JSON can't be read"}},
	RequestInvalid:        {400, Text{"Richiesta non leggibile", "The request can't be read"}},
	IdempotencyKeyMissing: {400, Text{"Manca Idempotency-Key", "Idempotency-Key is missing"}},
	IdempotencyKeyReused:  {422, Text{"Idempotency-Key già usata con un altro contenuto", "Idempotency-Key was used with another body"}},
	RequestInProgress:     {409, Text{"La stessa richiesta è in corso", "The same request is still running"}},
	TokenInvalid:          {401, Text{"Token non valido", "The token is not valid"}},
	ScopeMissing:          {403, Text{"Operazione non consentita", "The scope for this operation is missing"}},
	PurposeRequired:       {403, Text{"Finalità non dichiarata", "The purpose must be stated"}},
	PurposeUnknown:        {403, Text{"Client o finalità non registrati", "The client or its purpose is not registered"}},
	SameActor:             {403, Text{"Serve un'altra persona", "Another person must do this"}},
	NotFound:              {404, Text{"Non trovato", "Not found"}},
	MethodNotAllowed:      {405, Text{"Metodo non consentito", "Method not allowed"}},
	NotAcceptable:         {406, Text{"Formato non disponibile", "The format asked for is not available"}},
	StateConflict:         {409, Text{"Lo stato non lo consente", "The state does not allow this"}},
	AlreadyExists:         {409, Text{"Esiste già", "It exists already"}},
	NoFunds:               {409, Text{"Fondi insufficienti", "Not enough funds"}},
	ETagStale:             {412, Text{"Il dato è cambiato nel frattempo", "The resource has changed meanwhile"}},
	ETagMissing:           {428, Text{"Manca If-Match", "If-Match is missing"}},
	BodyTooLarge:          {413, Text{"Contenuto troppo grande", "The body is too large"}},
	MediaTypeUnsupported:  {415, Text{"Formato non accettato", "The media type is not accepted"}},
	SchemaInvalid:         {422, Text{"Valori non conformi allo schema", "Values break the schema"}},
	RuleViolated:          {422, Text{"Valori contrari a una regola", "Values break a rule"}},
	RateLimited:           {429, Text{"Troppe richieste", "Too many requests"}},
	Internal:              {500, Text{"Errore interno", "Internal error"}},
	Unavailable:           {503, Text{"Servizio momentaneamente non disponibile", "The service is unavailable for the moment"}},
	UpstreamFailed:        {502, Text{"Il servizio non ha risposto correttamente", "The service gave no usable answer"}},
}

// Status returns the HTTP status of the code; an unknown code is 500.
func (c Code) Status() int {
	if e, ok := catalogue[c]; ok {
		return e.status
	}
	return 500
}

// Title returns the short description of the code.
func (c Code) Title() Text { return catalogue[c].title }

// Codes lists the whole catalogue, sorted.
func Codes() []Code {
	out := make([]Code, 0, len(catalogue))
	for c := range catalogue {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}
