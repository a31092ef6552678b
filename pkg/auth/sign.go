package auth

import (
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// SigningKey gives the key to sign with now: a Key itself, or a Ring whose keys follow each other.
type SigningKey interface {
	Active() Key
}

// Signer signs tokens of one type.
type Signer struct {
	key SigningKey
	typ string
}

// NewSigner returns a signer of tokens of this type.
func NewSigner(key SigningKey, typ string) *Signer { return &Signer{key: key, typ: typ} }

// Sign returns the compact token of the claims: Claims, or those of a JWS of ModI.
func (s *Signer) Sign(c jwt.Claims) (string, error) {
	key := s.key.Active()
	token := jwt.NewWithClaims(jwt.SigningMethodES256, c)
	token.Header["typ"] = s.typ
	token.Header["kid"] = key.ID
	raw, err := token.SignedString(key.private)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", s.typ, err)
	}
	return raw, nil
}

// KeyID names the key that signs now.
func (s *Signer) KeyID() string { return s.key.Active().ID }

// Public returns the key set that verifies what this signer signs now.
func (s *Signer) Public() (JWKS, error) {
	public, err := s.key.Active().Public()
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
