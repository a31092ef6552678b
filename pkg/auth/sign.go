package auth

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// Signer signs tokens of one type with one key.
type Signer struct {
	key Key
	typ string
}

// NewSigner returns a signer of tokens of this type.
func NewSigner(key Key, typ string) *Signer { return &Signer{key: key, typ: typ} }

// Sign returns the compact token.
func (s *Signer) Sign(c Claims) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodES256, c)
	token.Header["typ"] = s.typ
	token.Header["kid"] = s.key.ID
	raw, err := token.SignedString(s.key.private)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", s.typ, err)
	}
	return raw, nil
}

// Public returns the key set that verifies what this signer signs.
func (s *Signer) Public() (JWKS, error) {
	public, err := s.key.Public()
	return JWKS{Keys: []JWK{public}}, err
}

// Assertion is the proof that a client sends to the token endpoint of issuer (RFC 7523 with private_key_jwt):
// it lives a minute and can be used once.
func Assertion(key Key, client, issuer string, now time.Time) (string, error) {
	jti, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("assertion: %w", err)
	}
	c := Claims{RegisteredClaims: jwt.RegisteredClaims{Issuer: client, Subject: client, Audience: jwt.ClaimStrings{issuer}, ID: jti.String()}}
	c.Lifetime(now, time.Minute)
	return NewSigner(key, TypeAssertion).Sign(c)
}
