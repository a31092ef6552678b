package auth

import (
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The kinds of token, which no verifier mixes up: each has its own `typ` (RFC 8725, 3.11).
const (
	TypeAccess    = "at+jwt"                    // outside, RFC 9068
	TypeInternal  = "txntoken+jwt"              // between gateway and services, transaction tokens
	TypeAssertion = "client-authentication+jwt" // a client proves itself at the token endpoint
)

// InternalIssuer is the one issuer that services know.
const InternalIssuer = "w2w-gateway"

// InternalLife is the longest life of an internal token.
const InternalLife = 60 * time.Second

// Claims are those of outside and internal tokens; a claim that a kind does not use stays empty.
type Claims struct {
	jwt.RegisteredClaims
	Txn            string `json:"txn,omitempty"`
	ClientID       string `json:"client_id,omitempty"`
	ClientKind     string `json:"client_kind,omitempty"`
	Administration string `json:"administration,omitempty"`
	Scope          string `json:"scope,omitempty"`
	Purpose        string `json:"purpose,omitempty"`

	// What vouchers of PDND have beside.
	PurposeID string       `json:"purposeId,omitempty"`
	Digest    *TokenDigest `json:"digest,omitempty"`

	Confirmation *Confirmation `json:"cnf,omitempty"`
}

// Confirmation binds a token to the key with this thumbprint (RFC 9449, 6.1): its bearer must prove that it holds it.
type Confirmation struct {
	Thumbprint string `json:"jkt,omitempty"`
}

// Lifetime sets issue and expiry.
func (c *Claims) Lifetime(from time.Time, life time.Duration) {
	c.IssuedAt = jwt.NewNumericDate(from)
	c.ExpiresAt = jwt.NewNumericDate(from.Add(life))
}

// Identity is what the claims say about the caller.
func (c Claims) Identity() Identity {
	return Identity{
		Client: c.ClientID, Kind: c.ClientKind, Administration: c.Administration,
		Scopes: strings.Fields(c.Scope), Actor: c.Subject, Purpose: c.Purpose, Txn: c.Txn,
	}
}
