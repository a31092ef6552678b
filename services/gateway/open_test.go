package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

func TestMetadataAndKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	m := h.do(h.request(http.MethodGet, "/.well-known/oauth-authorization-server", nil))
	require.Equal(t, 200, m.status)
	require.Equal(t, issuer, m.body["issuer"])
	require.Equal(t, issuer+"/oauth2/token", m.body["token_endpoint"])
	require.Contains(t, m.body["token_endpoint_auth_methods_supported"], "private_key_jwt")
	for _, list := range []string{"token_endpoint_auth_signing_alg_values_supported", "dpop_signing_alg_values_supported"} {
		require.Equal(t, []any{"ES256", "RS256"}, m.body[list], list)
	}
	require.Equal(t, issuer+"/.well-known/jwks.json", m.body["jwks_uri"])
	require.Equal(t, issuer+"/docs", m.body["service_documentation"])
	outside := h.do(h.request(http.MethodGet, "/.well-known/jwks.json", nil))
	require.NotContains(t, string(outside.raw), `"d"`)
	require.NotContains(t, string(outside.raw), h.service.InternalKeys().Active().ID, "the internal key is not for the outside")
}

func TestServicesFetchTheInternalKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	internal := httptest.NewServer(h.service.Internal())
	t.Cleanup(internal.Close)
	got := h.do(h.call("portal-lazio", http.MethodGet, "/concessions/v1/x", nil)).seen(t)
	keys := auth.NewRemoteKeys(internal.URL+"/internal/jwks.json", internal.Client(), clock.System)
	_, err := auth.NewServiceVerifier("concessions", keys, clock.System).Verify(t.Context(), got.Headers.Get("Txn-Token"))
	require.NoError(t, err)
	_, err = auth.NewServiceVerifier("lsu", keys, clock.System).Verify(t.Context(), got.Headers.Get("Txn-Token"))
	require.Error(t, err, "a token is for one service")
}

func TestInternalHandler(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	status := func(path string) int {
		res := httptest.NewRecorder()
		h.service.Internal().ServeHTTP(res, httptest.NewRequest(http.MethodGet, path, nil))
		return res.Code
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		require.Equal(t, 200, status(path), path)
	}
	h.service.Drain()
	require.Equal(t, 503, status("/readyz"))
	require.Equal(t, 200, status("/healthz"))
}

func TestDocumentationLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	page := h.do(h.request(http.MethodGet, "/docs", nil))
	require.Equal(t, 200, page.status)
	require.Contains(t, page.header.Get("Content-Security-Policy"), "default-src 'none'")
	require.Equal(t, 1, strings.Count(string(page.raw), `<link rel="icon" href="data:,">`), "a browser asks for no icon")
	links := regexp.MustCompile(`(?:src|href)="([^"]+[^,])"`).FindAllSubmatch(page.raw, -1)
	require.Len(t, links, 4)
	for _, link := range links {
		require.Regexp(t, `^/[a-z]`, string(link[1]))
		require.Equal(t, 200, h.do(h.request(http.MethodGet, string(link[1]), nil)).status, string(link[1]))
	}
	require.JSONEq(t, `[{"name":"concessions","url":"/openapi/concessions.json"}]`, string(h.do(h.request(http.MethodGet, "/docs/specs.json", nil)).raw))
	spec := h.do(h.request(http.MethodGet, "/openapi/concessions.json", nil))
	require.Equal(t, "3.0.3", spec.body["openapi"])
	require.Equal(t, []any{map[string]any{"url": "/concessions/v1"}}, spec.body["servers"], "it is tried out here")
}
