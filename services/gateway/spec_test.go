package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

// TestEveryOperationIsTried sends a request to each operation of the contract; the house holds the answers against it.
func TestEveryOperationIsTried(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	limited := newHouse(t, func(c *gateway.Config) { c.PublicRate = "1/1" })
	requests := map[string]struct {
		operation, body string
		status          int
	}{
		"status":    {"GET /status", "", 200},
		"keys":      {"GET /.well-known/jwks.json", "", 200},
		"metadata":  {"GET /.well-known/oauth-authorization-server", "", 200},
		"token":     {"POST /oauth2/token", byAssertion(h.assertion("inps")).Encode(), 200},
		"no grant":  {"POST /oauth2/token", "scope=x", 400},
		"no client": {"POST /oauth2/token", url.Values{"grant_type": {"client_credentials"}}.Encode(), 401},
		"too large": {"POST /oauth2/token", "scope=" + strings.Repeat("x", 65<<10), 413},
	}
	asked := tryRegistry(t, h)
	for name, tc := range requests {
		asked[tc.operation] = true
		t.Run(name, func(t *testing.T) {
			method, path, _ := strings.Cut(tc.operation, " ")
			r := h.request(method, path, strings.NewReader(tc.body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			got := h.do(r)
			require.Equal(t, tc.status, got.status)
			require.True(t, got.known)
		})
	}
	for path, item := range h.contract.Doc.Paths.Map() {
		for method := range item.Operations() {
			require.True(t, asked[method+" "+path], "%s %s is not tried", method, path)
		}
	}
	t.Run("too many", func(t *testing.T) {
		limited.do(limited.request(http.MethodGet, "/status", nil))
		require.Equal(t, 429, limited.do(limited.request(http.MethodGet, "/status", nil)).status)
	})
}

// tryRegistry sends a request to each operation of the registry and says which ones.
func tryRegistry(t *testing.T, h *house) map[string]bool {
	t.Helper()
	approved, rejected := h.propose("registrar-a", act("portal-lazio", "SUSPEND", 1)), h.propose("registrar-a", act("inps", "REMOVE", 1))
	registry := map[string]struct {
		operation, path string
		body            any
		status          int
	}{
		"clients": {"GET /gateway/v1/clients", clientsAt, nil, 200},
		"client":  {"GET /gateway/v1/clients/{client_id}", clientsAt + "/inps", nil, 200},
		"changes": {"GET /gateway/v1/client-changes", changesAt, nil, 200},
		"change":  {"GET /gateway/v1/client-changes/{change_id}", approved, nil, 200},
		"propose": {"POST /gateway/v1/client-changes", changesAt, act("inps", "REMOVE", 1), 201},
		"approve": {"POST /gateway/v1/client-changes/{change_id}/approval", approved + "/approval", nil, 200},
		"reject":  {"POST /gateway/v1/client-changes/{change_id}/rejection", rejected + "/rejection", members{"reason": "no"}, 200},
	}
	asked := map[string]bool{}
	for name, tc := range registry {
		asked[tc.operation] = true
		t.Run(name, func(t *testing.T) {
			got := h.post
			if strings.HasPrefix(tc.operation, "GET") {
				got = func(as, path string, _ any) reply { return h.get(as, path) }
			}
			answer := got("registrar-b", tc.path, tc.body)
			require.Equal(t, tc.status, answer.status, string(answer.raw))
			require.True(t, answer.known)
		})
	}
	return asked
}
