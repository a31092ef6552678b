package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

// parted is a token endpoint and a proxy, each with a ring of its own, over one registry.
func parted(t *testing.T) (tokens, proxy *house, tokensDir, proxyDir string) {
	t.Helper()
	db := testkit.Database(t, gateway.Schema, gateway.Migrations()...)
	tokensDir, proxyDir = t.TempDir(), t.TempDir()
	tokens = newHouseOn(t, db, func(c *gateway.Config) { c.Role, c.KeyDir, c.Routes = gateway.RoleTokens, tokensDir, nil })
	proxy = newHouseOn(t, db, func(c *gateway.Config) {
		c.Role, c.KeyDir, c.IssuerKeysURL, c.ClientsFile = gateway.RoleProxy, proxyDir, tokens.url+"/.well-known/jwks.json", ""
		c.BaseURL = "https://api.example/"
	})
	return tokens, proxy, tokensDir, proxyDir
}

func TestTokenEndpointAndProxyApart(t *testing.T) {
	t.Parallel()
	tokens, proxy, tokensDir, proxyDir := parted(t)
	token := tokens.token("portal-lazio")
	require.Equal(t, "portal-lazio", proxy.do(proxy.bearing(token)).seen(t).Identity.Client)
	for dir, ring := range map[string]string{tokensDir: "external", proxyDir: "internal"} {
		found, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, ring, found[0].Name(), "the only ring that it needs")
	}
	get := func(h *house, path string) int { return h.do(h.request(http.MethodGet, path, nil)).status }
	for path, want := range map[string][2]int{
		"/status": {200, 200}, "/.well-known/jwks.json": {200, 404}, "/.well-known/oauth-authorization-server": {200, 404},
		"/docs": {404, 200}, "/concessions/v1/x": {404, 401}, "/gateway/v1/clients": {404, 401},
	} {
		require.Equal(t, want, [2]int{get(tokens, path), get(proxy, path)}, path)
	}
	require.Equal(t, 404, proxy.form(byAssertion(tokens.assertion("portal-lazio"))).status, "a proxy grants nothing")
	for h, want := range map[*house]int{tokens: 404, proxy: 200} {
		res := httptest.NewRecorder()
		h.service.Internal().ServeHTTP(res, httptest.NewRequest(http.MethodGet, gateway.InternalKeysPath, nil))
		require.Equal(t, want, res.Code)
	}
}

func TestBoundTokensServeAtAProxyApart(t *testing.T) {
	t.Parallel()
	tokens, proxy, _, _ := parted(t)
	mine := newHolder(tokens)
	token := mine.token("portal-lazio")
	mine.h = proxy
	at := auth.ProofRequest{Method: http.MethodGet, URL: "https://api.example" + dpopPath, AccessToken: token}
	require.Equal(t, 200, mine.get("DPoP", token, mine.prove(at, time.Now())).status)
	refused := mine.get("DPoP", token, mine.prove(resource(token), time.Now()))
	require.Equal(t, "htu", refused.body["reason"], "the issuer's address is not the one that was called")
}

// Whoever holds one of the two keys can't make the tokens of the other.
func TestNeitherKeySignsTheTokensOfTheOther(t *testing.T) {
	t.Parallel()
	tokens, proxy, tokensDir, proxyDir := parted(t)
	key := func(dir, ring string) auth.Key {
		r, err := auth.OpenRing(dir + "/" + ring)
		require.NoError(t, err)
		return r.Active()
	}
	claims := auth.Claims{ClientID: "portal-lazio", Scope: "applications:read", RegisteredClaims: jwt.RegisteredClaims{
		Issuer: issuer, Subject: "portal-lazio", Audience: jwt.ClaimStrings{issuer}}}
	claims.Lifetime(time.Now(), time.Minute)
	for typ, reason := range map[string]string{auth.TypeAccess: "kid", auth.TypeInternal: "typ"} {
		forged, err := auth.NewSigner(key(proxyDir, "internal"), typ).Sign(claims)
		require.NoError(t, err)
		got := proxy.do(proxy.bearing(forged))
		requireProblem(t, got, 401, "token-invalid")
		require.Equal(t, reason, got.body["reason"], "the internal key as %s", typ)
	}
	claims.Issuer, claims.Audience = auth.InternalIssuer, jwt.ClaimStrings{"concessions"}
	service := auth.NewServiceVerifier("concessions", proxy.service.InternalKeys(), clock.System)
	for _, typ := range []string{auth.TypeInternal, auth.TypeAccess} {
		forged, err := auth.NewSigner(key(tokensDir, "external"), typ).Sign(claims)
		require.NoError(t, err)
		_, err = service.Verify(t.Context(), forged)
		require.Error(t, err, "the outside key as %s", typ)
	}
	_, err := service.Verify(t.Context(), tokens.token("portal-lazio"))
	require.Error(t, err, "an outside token is none for a service")
}
