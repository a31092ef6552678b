package domain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway/internal/domain"
)

func newExchange(t *testing.T, now *time.Time) (*domain.Exchange, auth.Keys) {
	t.Helper()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	signer := auth.NewSigner(key, auth.TypeInternal)
	set, err := signer.Public()
	require.NoError(t, err)
	keys, err := auth.NewKeys(set)
	require.NoError(t, err)
	return domain.NewExchange(signer, func() time.Time { return *now }), keys
}

func TestInternalTokenIsCachedUntilFifteenSecondsAreLeft(t *testing.T) {
	t.Parallel()
	now := noon
	e, keys := newExchange(t, &now)
	caller := domain.Caller{Client: "portal-lazio", Kind: "PORTAL", Administration: "LAZ", Scope: "applications:read"}
	first, _, err := e.Token(caller, "concessions")
	require.NoError(t, err)
	for _, step := range []struct {
		after time.Duration
		same  bool
	}{{44 * time.Second, true}, {45 * time.Second, false}} {
		now = noon.Add(step.after)
		got, _, err := e.Token(caller, "concessions")
		require.NoError(t, err)
		require.Equal(t, step.same, got == first, "after %s", step.after)
		claims, err := auth.NewServiceVerifier("concessions", keys, func() time.Time { return now }).Verify(t.Context(), got)
		require.NoError(t, err)
		require.GreaterOrEqual(t, claims.ExpiresAt.Sub(now), 15*time.Second)
	}
}

func TestInternalTokenAfterTheClockWasPutBack(t *testing.T) {
	t.Parallel()
	now := noon.Add(2 * time.Hour)
	e, keys := newExchange(t, &now)
	caller := domain.Caller{Client: "portal-lazio", Kind: "PORTAL", Administration: "LAZ", Scope: "applications:read"}
	_, _, err := e.Token(caller, "concessions")
	require.NoError(t, err)
	now = noon
	raw, _, err := e.Token(caller, "concessions")
	require.NoError(t, err)
	_, err = auth.NewServiceVerifier("concessions", keys, func() time.Time { return noon }).Verify(t.Context(), raw)
	require.NoError(t, err)
}

func TestInternalTokensAreNeverShared(t *testing.T) {
	t.Parallel()
	now := noon
	e, _ := newExchange(t, &now)
	base := domain.Caller{Client: "a", Kind: "PORTAL", Administration: "LAZ", Scope: "applications:read"}
	variants := map[string]func(c *domain.Caller, service *string){
		"service":        func(_ *domain.Caller, s *string) { *s = "lsu" },
		"client":         func(c *domain.Caller, _ *string) { c.Client = "b" },
		"kind":           func(c *domain.Caller, _ *string) { c.Kind = "OPS" },
		"administration": func(c *domain.Caller, _ *string) { c.Administration = "PIE" },
		"scope":          func(c *domain.Caller, _ *string) { c.Scope = "" },
		"purpose":        func(c *domain.Caller, _ *string) { c.Purpose = "p" },
		"actor":          func(c *domain.Caller, _ *string) { c.Actor = "u" },
	}
	first, _, err := e.Token(base, "concessions")
	require.NoError(t, err)
	for name, change := range variants {
		c, service := base, "concessions"
		change(&c, &service)
		got, _, err := e.Token(c, service)
		require.NoError(t, err)
		require.NotEqual(t, first, got, name)
	}
}

func TestExchangeHoldsBoundedTokens(t *testing.T) {
	t.Parallel()
	now := noon
	e, _ := newExchange(t, &now)
	domain.Hold(e, 10)
	for i := range 100 {
		_, _, err := e.Token(domain.Caller{Client: "a", Actor: fmt.Sprint("u", i)}, "concessions")
		require.NoError(t, err)
	}
	require.LessOrEqual(t, domain.Tokens(e), 10)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	c := domain.Client{Scopes: []string{"a:read", "b:write"}}
	cases := map[string]struct {
		asked string
		want  []string
		ok    bool
	}{
		"all by default": {"", []string{"a:read", "b:write"}, true},
		"fewer":          {"b:write", []string{"b:write"}, true},
		"said twice":     {"a:read a:read", []string{"a:read"}, true},
		"one too many":   {"a:read c:read", nil, false},
		"part of a name": {"a", nil, false},
	}
	for name, tc := range cases {
		got, ok := c.Narrow(tc.asked)
		require.Equal(t, tc.ok, ok, name)
		require.Equal(t, tc.want, got, name)
	}
	require.Equal(t, "a:read", c.Still("a:read gone:now"), "a scope taken away is gone before the token ends")
	require.Equal(t, "b:write a:read", c.Still("b:write a:read"))
}

func TestCallerHoldsWhatTokenAndRegistryBothGrant(t *testing.T) {
	t.Parallel()
	c := domain.Client{ID: "a", Kind: "PORTAL", Administration: "LAZ", Scopes: []string{"a:read", "b:write"}}
	token := auth.Claims{Administration: "*", ClientKind: "OPS", Scope: "a:read gone:now", Purpose: "p"}
	require.Equal(t, domain.Caller{
		Client: "a", Kind: "PORTAL", Administration: "LAZ", Scope: "a:read", Purpose: "p", Actor: "u",
	}, c.Caller(token, "u"))
}
