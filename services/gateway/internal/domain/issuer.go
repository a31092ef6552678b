package domain

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

// AccessLife is the life of an outside token.
const AccessLife = 10 * time.Minute

// AssertionLife is the longest life of a client's assertion.
const AssertionLife = 120 * time.Second

// AssertionType is the client_assertion_type of RFC 7523.
const AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// Registry finds clients that may act; an unknown, suspended or removed one is a not-found fault.
type Registry interface {
	Client(ctx context.Context, id string) (Client, error)
}

// Once remembers which ids of a party, a client or a key, were used; Spend says false when this one was.
type Once interface {
	Spend(ctx context.Context, party, jti string, until time.Time) (bool, error)
}

// Issuer is the token endpoint's use case.
type Issuer struct {
	Name       string // `iss` of the tokens and the one audience of assertions
	Signer     *auth.Signer
	Registry   Registry
	Assertions Once
	Proofs     Once
	Remote     func(uri string) auth.KeySource // the key set of a client that publishes its own
	Now        clock.Clock
	Secrets    bool // development clients may use a secret
}

// TokenRequest is what a client sent.
type TokenRequest struct {
	GrantType     string
	ClientID      string
	Secret        string
	AssertionType string
	Assertion     string
	Scope         string
	Purpose       string
	Proof         string // DPoP
}

// Token is a token granted.
type Token struct {
	Client         string
	Administration string

	Access string
	Life   time.Duration
	Scope  string
	Bound  bool // to the key of the DPoP proof
}

var purpose = regexp.MustCompile(`^[A-Za-z0-9._:-]{0,64}$`)

// Issue authenticates the client and grants it a token; what it refuses is a *Refusal.
func (i *Issuer) Issue(ctx context.Context, r TokenRequest) (Token, error) {
	if r.GrantType == "" {
		return Token{}, refuse(InvalidRequest, "grant_type is missing")
	}
	if r.GrantType != "client_credentials" {
		return Token{}, refuse(UnsupportedGrantType, "only client_credentials is supported")
	}
	if !purpose.MatchString(r.Purpose) {
		return Token{}, refuse(InvalidRequest, "purpose is malformed")
	}
	client, err := i.authenticate(ctx, r)
	if err != nil {
		return Token{}, err
	}
	scopes, ok := client.Narrow(r.Scope)
	if !ok {
		return Token{}, refuse(InvalidScope, "the client does not hold every scope asked for")
	}
	bound, err := i.bind(ctx, client, r.Proof)
	if err != nil {
		return Token{}, err
	}
	return i.sign(client, strings.Join(scopes, " "), r.Purpose, bound)
}

func (i *Issuer) sign(client Client, scope, purpose string, bound *auth.Confirmation) (Token, error) {
	jti, err := uuid.NewV7()
	if err != nil {
		return Token{}, err
	}
	c := auth.Claims{
		RegisteredClaims: jwt.RegisteredClaims{Issuer: i.Name, Subject: client.ID, Audience: jwt.ClaimStrings{i.Name}, ID: jti.String()},
		ClientID:         client.ID, ClientKind: client.Kind, Administration: client.Administration, Scope: scope, Purpose: purpose,
		Confirmation: bound,
	}
	c.Lifetime(i.Now(), AccessLife)
	raw, err := i.Signer.Sign(c)
	return Token{Client: client.ID, Administration: client.Administration, Access: raw, Life: AccessLife, Scope: scope, Bound: bound != nil}, err
}
