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

// Policy is what a verifier accepts. Every member is compulsory but Algorithms.
type Policy struct {
	Types      []string // accepted `typ` headers
	Issuer     string
	Audience   string // the one audience
	MaxLife    time.Duration
	Algorithms []string // ES256 when empty
}

func (p Policy) parser() *jwt.Parser {
	algorithms := p.Algorithms
	if len(algorithms) == 0 {
		algorithms = []string{"ES256"}
	}
	// The claims are checked by this package, so that each refusal can name the claim.
	return jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
}

// Verifier checks tokens of one issuer and remembers those that passed for a while.
type Verifier struct {
	policy Policy
	keys   KeySource
	now    clock.Clock
	parser *jwt.Parser
	seen   *seen
}

// NewVerifier returns a verifier of tokens that follow the policy.
func NewVerifier(p Policy, keys KeySource, now clock.Clock) *Verifier {
	return &Verifier{policy: p, keys: keys, now: now, parser: p.parser(), seen: newSeen(8192)}
}

// NewServiceVerifier returns the verifier with which a service checks the gateway's internal tokens.
func NewServiceVerifier(service string, keys KeySource, now clock.Clock) *Verifier {
	p := Policy{Types: []string{TypeInternal}, Issuer: InternalIssuer, Audience: service, MaxLife: InternalLife}
	return NewVerifier(p, keys, now)
}

// Verify returns the claims of a good token; otherwise a token-invalid fault whose member `reason` names
// the header or claim that failed, or an unavailable fault when no key could be had.
func (v *Verifier) Verify(ctx context.Context, raw string) (Claims, error) {
	var room [1 << 10]byte // most tokens fit, and need no place in the heap to be hashed
	sum := sha256.Sum256(append(room[:0], raw...))
	if c, ok := v.seen.get(sum, v.now()); ok {
		return c, nil
	}
	var c Claims
	if err := parse(ctx, v.parser, raw, v.policy, v.keys, &c); err != nil {
		return Claims{}, err
	}
	reason := v.policy.refuses(c.RegisteredClaims, v.now())
	if reason == "" && c.Subject == "" {
		reason = "sub"
	}
	if reason != "" {
		return Claims{}, invalid(reason)
	}
	v.seen.put(sum, c, v.now())
	return c, nil
}

// parse checks form, header and signature, and fills the claims, which nobody has judged yet.
func parse(ctx context.Context, parser *jwt.Parser, raw string, p Policy, keys KeySource, into jwt.Claims) error {
	if raw == "" {
		return invalid("missing")
	}
	if len(raw) >= maxTokenBytes {
		return invalid("size")
	}
	_, err := parser.ParseWithClaims(raw, into, func(t *jwt.Token) (any, error) {
		if reason := p.header(t.Header); reason != "" {
			return nil, invalid(reason)
		}
		kid, _ := t.Header["kid"].(string)
		return keys.Key(ctx, kid)
	})
	if f := fault.As(err); f != nil {
		return f
	}
	if err != nil {
		return invalid(reasonOf(err))
	}
	return nil
}

// forbidden are headers that a token may not have: extensions that must be understood, and keys or addresses
// of keys that the token brings along (RFC 8725, 3.10).
var forbidden = []string{"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"}

// header returns the name of a header that is refused.
func (p Policy) header(h map[string]any) string {
	for _, name := range forbidden {
		if _, present := h[name]; present {
			return name
		}
	}
	if !hasType(h, p.Types...) {
		return "typ"
	}
	return ""
}

// hasType compares the `typ` of a token (RFC 8725, 3.11); "application/" may be left out.
func hasType(h map[string]any, types ...string) bool {
	typ, _ := h["typ"].(string)
	typ = strings.TrimPrefix(strings.ToLower(typ), "application/")
	return slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, typ) })
}

// refuses returns the name of a registered claim that fails.
func (p Policy) refuses(c jwt.RegisteredClaims, now time.Time) string {
	switch {
	case c.Issuer != p.Issuer:
		return "iss"
	case len(c.Audience) != 1 || c.Audience[0] != p.Audience:
		return "aud"
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
