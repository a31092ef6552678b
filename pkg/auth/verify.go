package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"w2w/pkg/clock"
	"w2w/pkg/fault"
)

const (
	maxTokenBytes = 8 << 10
	skew          = 30 * time.Second
)

// Policy is what a verifier accepts. Every member is compulsory.
type Policy struct {
	Types    []string // accepted `typ` headers
	Issuer   string
	Audience string // the one audience
	MaxLife  time.Duration
}

// Verifier checks tokens of one issuer and remembers those that passed until they expire.
type Verifier struct {
	policy Policy
	keys   KeySource
	now    clock.Clock
	parser *jwt.Parser
	seen   *seen
}

// NewVerifier returns a verifier of tokens that follow the policy.
func NewVerifier(p Policy, keys KeySource, now clock.Clock) *Verifier {
	// The claims are checked by this package, so that each refusal can name the claim.
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
	return &Verifier{policy: p, keys: keys, now: now, parser: parser, seen: newSeen(8192)}
}

// NewServiceVerifier returns the verifier with which a service checks the gateway's internal tokens.
func NewServiceVerifier(service string, keys KeySource, now clock.Clock) *Verifier {
	p := Policy{Types: []string{TypeInternal}, Issuer: InternalIssuer, Audience: service, MaxLife: InternalLife}
	return NewVerifier(p, keys, now)
}

// Verify returns the claims of a good token; otherwise a token-invalid fault whose member `reason` names
// the header or claim that failed, or an unavailable fault when no key could be had.
func (v *Verifier) Verify(ctx context.Context, raw string) (Claims, error) {
	if raw == "" {
		return Claims{}, invalid("missing")
	}
	if len(raw) >= maxTokenBytes {
		return Claims{}, invalid("size")
	}
	var room [1 << 10]byte // most tokens fit, and need no place in the heap to be hashed
	sum := sha256.Sum256(append(room[:0], raw...))
	if c, ok := v.seen.get(sum, v.now()); ok {
		return c, nil
	}
	c, err := v.check(ctx, raw)
	if err == nil {
		v.seen.put(sum, c, v.now())
	}
	return c, err
}

func (v *Verifier) check(ctx context.Context, raw string) (Claims, error) {
	var c Claims
	_, err := v.parser.ParseWithClaims(raw, &c, func(t *jwt.Token) (any, error) {
		if reason := v.header(t.Header); reason != "" {
			return nil, invalid(reason)
		}
		kid, _ := t.Header["kid"].(string)
		return v.keys.Key(ctx, kid)
	})
	if err != nil {
		if f := fault.As(err); f != nil {
			return Claims{}, f
		}
		return Claims{}, invalid(reasonOf(err))
	}
	if reason := v.claims(c); reason != "" {
		return Claims{}, invalid(reason)
	}
	return c, nil
}

// header returns the name of a header that is refused: another type, an extension that must be understood,
// or a key that the token brings along (RFC 8725, 3.10 and 3.11).
func (v *Verifier) header(h map[string]any) string {
	for _, name := range []string{"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"} {
		if _, present := h[name]; present {
			return name
		}
	}
	typ, _ := h["typ"].(string)
	typ = strings.TrimPrefix(strings.ToLower(typ), "application/")
	if !slices.ContainsFunc(v.policy.Types, func(t string) bool { return strings.EqualFold(t, typ) }) {
		return "typ"
	}
	return ""
}

func (v *Verifier) claims(c Claims) string {
	now, p := v.now(), v.policy
	switch {
	case c.Issuer != p.Issuer:
		return "iss"
	case len(c.Audience) != 1 || c.Audience[0] != p.Audience:
		return "aud"
	case c.Subject == "":
		return "sub"
	case !sane(c.ExpiresAt) || !now.Before(c.ExpiresAt.Time):
		return "exp"
	case !sane(c.IssuedAt) || c.IssuedAt.After(now.Add(skew)):
		return "iat"
	case c.NotBefore != nil && (!sane(c.NotBefore) || c.NotBefore.After(now.Add(skew))):
		return "nbf"
	case c.ExpiresAt.Sub(c.IssuedAt.Time) > p.MaxLife || !c.ExpiresAt.After(c.IssuedAt.Time):
		return "exp"
	}
	return ""
}

// sane refuses dates so far off that arithmetic on them would overflow.
func sane(d *jwt.NumericDate) bool { return d != nil && d.Unix() > 0 && d.Unix() < 1<<40 }

func reasonOf(err error) string {
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return "form"
	case errors.Is(err, jwt.ErrTokenUnverifiable):
		return "kid"
	default:
		return "signature"
	}
}

func invalid(reason string) *fault.Error {
	return fault.New(fault.TokenInvalid,
		fmt.Sprintf("Il token è stato rifiutato: %s.", reason), fmt.Sprintf("The token was refused: %s.", reason)).
		With("reason", reason)
}
