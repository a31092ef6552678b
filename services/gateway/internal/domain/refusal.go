package domain

// Refusal is an error answer of the token endpoint (RFC 6749, 5.2).
type Refusal struct {
	Code        string // invalid_request, invalid_client, …
	Description string // ASCII, for the client's developer
}

// Error implements error.
func (r *Refusal) Error() string { return r.Code + ": " + r.Description }

// The codes of RFC 6749, 5.2 that this endpoint uses.
const (
	InvalidRequest       = "invalid_request"
	InvalidClient        = "invalid_client"
	InvalidProof         = "invalid_dpop_proof" // RFC 9449, 5
	InvalidScope         = "invalid_scope"
	UnauthorizedClient   = "unauthorized_client"
	UnsupportedGrantType = "unsupported_grant_type"
)

func refuse(code, description string) error { return &Refusal{Code: code, Description: description} }
