package gateway_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway"
)

func TestGateway_Bypass(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	forged, err := auth.GenerateKey()
	require.NoError(t, err)
	claims := auth.Claims{ClientID: "inps", Administration: "*", Scope: "inps:exchange"}
	token, err := auth.NewSigner(forged, auth.TypeInternal).Sign(claims)
	require.NoError(t, err)
	r := h.call("portal-lazio", http.MethodGet, "/concessions/v1/applications?limit=2", nil)
	for _, name := range []string{"Txn-Token", "X-Administration", "X-Client-Id", "X-Client-Kind", "X-Forwarded-User", "X-Forwarded-For",
		"X-Auth-Request-User", "X-Remote-User", "X-Original-Url", "X-W2w-Scope", "Remote-User", "Forwarded", "Cookie"} {
		r.Header.Set(name, token)
	}
	r.Header.Set("Connection", "Txn-Token, X-Request-Id")
	got := h.do(r).seen(t)
	require.Equal(t, "portal-lazio", got.Identity.Client)
	require.Equal(t, "portal-lazio", got.Identity.Actor)
	require.Equal(t, "LAZ", got.Identity.Administration)
	require.Equal(t, []string{"applications:read", "applications:file"}, got.Identity.Scopes)
	require.NotEmpty(t, got.Headers.Get("X-Request-Id"))
	for name, values := range got.Headers {
		require.NotContains(t, values, token, name)
		require.NotContains(t, strings.Join(values, " "), "Bearer", name)
	}
}

func TestOutsideTokensAreVerified(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	own := h.token("portal-lazio")
	inside := h.call("portal-lazio", http.MethodGet, "/concessions/v1/x", nil)
	internal := h.do(inside).seen(t).Headers.Get("Txn-Token")
	cases := map[string][]string{
		"none":              {},
		"empty":             {""},
		"basic":             {"Basic aW5wczp4"},
		"cut":               {"Bearer " + own[:len(own)-4]},
		"two":               {"Bearer " + own, "Bearer " + own},
		"an internal token": {"Bearer " + internal},
		"an assertion":      {"Bearer " + h.assertion("portal-lazio")},
	}
	for name, values := range cases {
		t.Run(name, func(t *testing.T) {
			r := h.request(http.MethodGet, "/concessions/v1/applications", nil)
			r.Header["Authorization"] = values
			got := h.do(r)
			requireProblem(t, got, 401, "token-invalid")
			require.NotEmpty(t, got.header.Get("WWW-Authenticate"))
			require.NotEmpty(t, got.header.Get("X-RateLimit-Limit"))
		})
	}
}

func TestActorOfAPortal(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	cases := map[string]struct {
		client string
		actor  []string
		status int
		sub    string
	}{
		"none":         {"portal-lazio", nil, 200, "portal-lazio"},
		"pseudonym":    {"portal-lazio", []string{"u_7-Z"}, 200, "u_7-Z"},
		"64 letters":   {"portal-lazio", []string{strings.Repeat("a", 64)}, 200, strings.Repeat("a", 64)},
		"65 letters":   {"portal-lazio", []string{strings.Repeat("a", 65)}, 400, ""},
		"a name":       {"portal-lazio", []string{"Mario Rossi"}, 400, ""},
		"empty":        {"portal-lazio", []string{""}, 400, ""},
		"two":          {"portal-lazio", []string{"a", "b"}, 400, ""},
		"not a portal": {"inps", []string{"a"}, 400, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := h.call(tc.client, http.MethodGet, "/concessions/v1/x", nil)
			r.Header["X-Actor"] = tc.actor
			got := h.do(r)
			require.Equal(t, tc.status, got.status, string(got.raw))
			if tc.status == 200 {
				require.Equal(t, tc.sub, got.seen(t).Identity.Actor)
			}
		})
	}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	token := "Bearer " + h.token("portal-lazio")
	cases := map[string]struct {
		method, path, token string
		status              int
		code                string
	}{
		"service":               {"GET", "/concessions/v1/applications", token, 200, ""},
		"deep":                  {"DELETE", "/concessions/v1/a/b/c", token, 200, ""},
		"status is open":        {"GET", "/concessions/v1/status", "", 200, ""},
		"status of the gateway": {"GET", "/oauth2/status", "", 200, ""},
		"status elsewhere":      {"GET", "/concessions/v1/x/status", "", 401, "token-invalid"},
		"dots around status":    {"GET", "/concessions/v1/x/../status", "", 400, "request-invalid"},
		"hidden dots":           {"GET", "/concessions/v1/%2e%2e/status", "", 400, "request-invalid"},
		"hidden slash":          {"GET", "/concessions/v1/a%2Fstatus", token, 400, "request-invalid"},
		"double slash":          {"GET", "/concessions/v1//status", token, 400, "request-invalid"},
		"unknown service":       {"GET", "/incentives/v1/notices", token, 404, "not-found"},
		"other version":         {"GET", "/concessions/v2/applications", token, 404, "not-found"},
		"internal keys":         {"GET", gateway.InternalKeysPath, token, 404, "not-found"},
		"metrics":               {"GET", "/metrics", token, 404, "not-found"},
		"trace":                 {"TRACE", "/concessions/v1/applications", token, 405, "method-not-allowed"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := h.request(tc.method, tc.path, nil)
			if tc.token != "" {
				r.Header.Set("Authorization", tc.token)
			}
			got := h.do(r)
			require.Equal(t, tc.status, got.status, string(got.raw))
			require.Len(t, got.header.Values("X-RateLimit-Limit"), 1)
			require.Len(t, got.header.Values("X-Request-Id"), 1)
			if tc.code != "" {
				requireProblem(t, got, tc.status, tc.code)
			}
		})
	}
}

func TestBodyLimits(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *gateway.Config) { c.BulkBody = 100 << 10 })
	cases := map[string]struct {
		method, path string
		size, status int
	}{
		"small at its limit":  {"POST", "/concessions/v1/applications/1/transitions", 64 << 10, 200},
		"small and a byte":    {"POST", "/concessions/v1/applications/1/transitions", 64<<10 + 1, 413},
		"intake at its limit": {"POST", "/concessions/v1/applications", 100 << 10, 200},
		"intake and a byte":   {"POST", "/concessions/v1/applications", 100<<10 + 1, 413},
		"workers upload":      {"POST", "/concessions/v1/applications/1/workers", 100 << 10, 200},
		"pool upload":         {"POST", "/concessions/v1/pool-intakes", 100 << 10, 200},
		"not a post":          {"PUT", "/concessions/v1/applications", 100 << 10, 413},
	}
	for name, tc := range cases {
		for form, wrap := range map[string]func(r io.Reader) io.Reader{
			"announced": func(r io.Reader) io.Reader { return r },
			"chunked":   func(r io.Reader) io.Reader { return struct{ io.Reader }{r} },
		} {
			t.Run(name+" "+form, func(t *testing.T) {
				got := h.do(h.call("portal-lazio", tc.method, tc.path, wrap(bytes.NewReader(make([]byte, tc.size)))))
				if tc.status == 413 {
					requireProblem(t, got, 413, "body-too-large")
					return
				}
				require.Equal(t, tc.size, got.seen(t).Body)
			})
		}
	}
}

func TestServiceDownOrBroken(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	hangsUp := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(hangsUp.Close)
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(slow.Close)
	half := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"items": [1, 2`)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(half.Close)
	h := newHouse(t, func(c *gateway.Config) {
		c.Upstream = 200e6
		c.Routes = map[string]string{"gone": gone.URL, "hangs-up": hangsUp.URL, "slow": slow.URL, "half": half.URL}
	})
	unavailable := h.do(h.call("inps", http.MethodGet, "/gone/v1/x", nil))
	requireProblem(t, unavailable, 503, "unavailable")
	require.NotEmpty(t, unavailable.header.Get("Retry-After"))
	requireProblem(t, h.do(h.call("inps", http.MethodGet, "/slow/v1/x", nil)), 503, "unavailable")
	requireProblem(t, h.do(h.call("inps", http.MethodGet, "/hangs-up/v1/x", nil)), 502, "upstream-failed")

	res, err := http.DefaultClient.Do(h.call("portal-lazio", http.MethodGet, "/half/v1/x", nil))
	require.NoError(t, err)
	defer res.Body.Close()
	_, err = io.ReadAll(res.Body)
	require.Error(t, err, "half an answer must not look whole")
}

// TestABodyOfAnyKindPasses: what a body may be is for the service to say.
func TestABodyOfAnyKindPasses(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	const workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	for _, body := range []string{"PK\x03\x04\x00\xff", strings.Repeat("PK\x03\x04", 1<<20)} {
		r := h.call("portal-lazio", http.MethodPut, "/concessions/v1/applications/7/workers", strings.NewReader(body))
		r.Header.Set("Content-Type", workbook)
		got := h.do(r).seen(t)
		require.Equal(t, []any{len(body), workbook}, []any{got.Body, got.Headers.Get("Content-Type")})
	}
}
