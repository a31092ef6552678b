package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/fault"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// party is an issuer with its key and the verifier that trusts it.
type party struct {
	key      auth.Key
	public   auth.JWK
	verifier *auth.Verifier
}

func newParty(t *testing.T, now clock.Clock) party {
	t.Helper()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	public, err := key.Public()
	require.NoError(t, err)
	keys, err := auth.NewKeys(auth.JWKS{Keys: []auth.JWK{public}})
	require.NoError(t, err)
	return party{key: key, public: public, verifier: auth.NewServiceVerifier("concessions", keys, now)}
}

func good() auth.Claims {
	c := auth.Claims{
		RegisteredClaims: jwt.RegisteredClaims{Issuer: auth.InternalIssuer, Subject: "portal-lazio", Audience: jwt.ClaimStrings{"concessions"}},
		Txn:              "t1", ClientID: "portal-lazio", ClientKind: "PORTAL", Administration: "LAZ", Scope: "applications:read applications:file",
	}
	c.Lifetime(noon, time.Minute)
	return c
}

func (p party) sign(t *testing.T, c auth.Claims) string {
	t.Helper()
	raw, err := auth.NewSigner(p.key, auth.TypeInternal).Sign(c)
	require.NoError(t, err)
	return raw
}

func requireReason(t *testing.T, want string, err error) {
	t.Helper()
	f := fault.As(err)
	require.NotNil(t, f, "no fault: %v", err)
	require.Equal(t, fault.TokenInvalid, f.Code)
	require.Equal(t, want, f.Extra["reason"])
}

func TestGoodTokenIsTheCaller(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	for range 2 { // the second time from memory
		c, err := p.verifier.Verify(t.Context(), p.sign(t, good()))
		require.NoError(t, err)
		require.Equal(t, auth.Identity{
			Client: "portal-lazio", Kind: "PORTAL", Administration: "LAZ", Actor: "portal-lazio", Txn: "t1",
			Scopes: []string{"applications:read", "applications:file"},
		}, c.Identity())
	}
}

func TestJWT_Claims(t *testing.T) {
	t.Parallel()
	date := func(d time.Duration) *jwt.NumericDate { return jwt.NewNumericDate(noon.Add(d)) }
	cases := map[string]struct {
		change func(c *auth.Claims)
		reason string
	}{
		"no exp":          {func(c *auth.Claims) { c.ExpiresAt = nil }, "exp"},
		"expired":         {func(c *auth.Claims) { c.Lifetime(noon.Add(-time.Minute), time.Minute) }, "exp"},
		"lives too long":  {func(c *auth.Claims) { c.ExpiresAt = date(61 * time.Second) }, "exp"},
		"exp in 100 y":    {func(c *auth.Claims) { c.ExpiresAt = date(876000 * time.Hour) }, "exp"},
		"exp before iat":  {func(c *auth.Claims) { c.IssuedAt = date(20 * time.Second); c.ExpiresAt = date(10 * time.Second) }, "exp"},
		"no iat":          {func(c *auth.Claims) { c.IssuedAt = nil }, "iat"},
		"iat ahead":       {func(c *auth.Claims) { c.Lifetime(noon.Add(31*time.Second), time.Minute) }, "iat"},
		"nbf ahead":       {func(c *auth.Claims) { c.NotBefore = date(31 * time.Second) }, "nbf"},
		"no iss":          {func(c *auth.Claims) { c.Issuer = "" }, "iss"},
		"iss near miss":   {func(c *auth.Claims) { c.Issuer += "/" }, "iss"},
		"iss other case":  {func(c *auth.Claims) { c.Issuer = strings.ToUpper(c.Issuer) }, "iss"},
		"no aud":          {func(c *auth.Claims) { c.Audience = nil }, "aud"},
		"other aud":       {func(c *auth.Claims) { c.Audience = jwt.ClaimStrings{"incentives"} }, "aud"},
		"two aud":         {func(c *auth.Claims) { c.Audience = append(c.Audience, "incentives") }, "aud"},
		"no sub":          {func(c *auth.Claims) { c.Subject = "" }, "sub"},
		"more than 8 KiB": {func(c *auth.Claims) { c.Scope = strings.Repeat("x", 8<<10) }, "size"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newParty(t, clock.Fixed(noon))
			c := good()
			tc.change(&c)
			_, err := p.verifier.Verify(t.Context(), p.sign(t, c))
			requireReason(t, tc.reason, err)
		})
	}
}

func TestSkewOfHalfAMinuteIsForgiven(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	c := good()
	c.Lifetime(noon.Add(30*time.Second), time.Minute)
	c.NotBefore = c.IssuedAt
	_, err := p.verifier.Verify(t.Context(), p.sign(t, c))
	require.NoError(t, err)
}

func TestRememberedTokenExpires(t *testing.T) {
	t.Parallel()
	now := noon
	p := newParty(t, func() time.Time { return now })
	raw := p.sign(t, good())
	_, err := p.verifier.Verify(t.Context(), raw)
	require.NoError(t, err)
	now = noon.Add(time.Minute)
	_, err = p.verifier.Verify(t.Context(), raw)
	requireReason(t, "exp", err)
}
