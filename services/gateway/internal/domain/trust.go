package domain

import (
	"context"
	"slices"
	"strings"
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

// The kinds of issuer whose tokens the gateway takes.
const (
	IssuerOwn   = "OWN"
	IssuerPDND  = "PDND"  // its vouchers name a client and one of its purposes
	IssuerOAuth = "OAUTH" // speaks for the clients that its entry lists
)

// Trust is one issuer of outside tokens and what is believed of it. Whatever the issuer, the registry says what a
// client may do.
type Trust struct {
	Kind     string
	Audience string
	MaxLife  time.Duration
	Clients  []string // of IssuerOAuth: for whom it may speak
	Verifier *auth.Verifier
}

// Trusts are the issuers by their `iss`.
type Trusts struct {
	Own     Trust
	OwnName string
	Outside map[string]Trust
}

// Verify checks a token by the policy of the issuer that it names, and by no other.
func (t Trusts) Verify(ctx context.Context, raw string) (auth.Claims, Trust, error) {
	trust, err := t.of(raw)
	if err != nil {
		return auth.Claims{}, trust, err
	}
	claims, err := trust.Verifier.Verify(ctx, raw)
	if err == nil {
		err = trust.complete(claims)
	}
	return claims, trust, err
}

// of chooses by what the token says of itself, which nobody has verified yet. What can't be read goes the way of our
// own tokens, to be refused there.
func (t Trusts) of(raw string) (Trust, error) {
	if len(t.Outside) == 0 {
		return t.Own, nil
	}
	name := claimedIssuer(raw)
	outside, known := t.Outside[name]
	switch {
	case known:
		return outside, nil
	case name == "" || name == t.OwnName:
		return t.Own, nil
	}
	return t.Own, tokenLacks("iss")
}

// complete wants what a voucher of PDND always has and a general token may lack.
func (t Trust) complete(c auth.Claims) error {
	switch {
	case c.ClientID == "":
		return tokenLacks("client_id")
	case t.Kind != IssuerPDND:
		return nil
	case c.NotBefore == nil:
		return tokenLacks("nbf")
	case c.ID == "":
		return tokenLacks("jti")
	case c.PurposeID == "":
		return tokenLacks("purposeId")
	}
	return nil
}

func tokenLacks(claim string) error {
	return fault.New(fault.TokenInvalid, "Il token è stato rifiutato: "+claim+".", "The token was refused: "+claim+".").With("reason", claim)
}

// Grant is what the claims are worth for a client of the registry: PDND names no scopes, so that the client has all
// of its own, while other tokens can only narrow them.
func (t Trust) Grant(c Client, claims auth.Claims) (auth.Claims, error) {
	switch t.Kind {
	case IssuerPDND:
		if !slices.Contains(c.Purposes, claims.PurposeID) {
			return claims, unknownPurpose(claims)
		}
		claims.Purpose, claims.Scope = claims.PurposeID, strings.Join(c.Scopes, " ")
	case IssuerOAuth:
		// Otherwise any issuer could speak for anybody, just by naming the client.
		if !slices.Contains(t.Clients, c.ID) {
			return claims, unknownPurpose(claims)
		}
	}
	return claims, nil
}

// Unknown refuses a good token whose client the registry does not have.
func (t Trust) Unknown(c auth.Claims) error {
	if t.Kind == IssuerOwn {
		return tokenLacks("client")
	}
	return unknownPurpose(c)
}

func unknownPurpose(c auth.Claims) error {
	return fault.New(fault.PurposeUnknown, "Il client o la sua finalità non sono nel registro.", "The client or its purpose is not in the registry.").
		With("client_id", c.ClientID).With("purpose_id", c.PurposeID)
}
