package gateway_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway"
)

// TestAClientPublishesItsKeys has a client change its key without a word to the registry.
func TestAClientPublishesItsKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	data := h.data("portal-03", "PORTAL", "03", "applications:read")
	var fetched atomic.Int64
	published := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetched.Add(1)
		if r.URL.Path == "/elsewhere" {
			http.Redirect(w, r, "/keys", http.StatusFound)
			return
		}
		_ = json.NewEncoder(w).Encode(auth.JWKS{Keys: []auth.JWK{h.clients["portal-03"].Key.Public()}})
	}))
	t.Cleanup(published.Close)
	h.effect(put("portal-03", 0, with(data, members{"keys": nil, "jwks_uri": published.URL + "/keys"})))
	status := func() int { return h.form(byAssertion(h.assertion("portal-03"))).status }
	require.Equal(t, 200, status())
	require.Equal(t, 200, status())
	require.EqualValues(t, 1, fetched.Load(), "the key set is remembered")

	h.register("portal-03", "PORTAL", "03")
	require.Equal(t, 401, status(), "a new key is looked for once in a while")
	h.ahead.Add(int64(31 * time.Second))
	require.Equal(t, 200, status())

	h.effect(put("portal-03", 1, with(data, members{"keys": nil, "jwks_uri": published.URL + "/elsewhere"})))
	require.Equal(t, 503, status(), "a redirect is not followed")
}

// TestKeySetsInsideAreOutOfReach is a registry outside development whose client points at the machine itself.
func TestKeySetsInsideAreOutOfReach(t *testing.T) {
	t.Parallel()
	dev := newHouse(t, nil)
	var fetched atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched.Add(1) }))
	t.Cleanup(inside.Close)
	data := with(dev.data("spy", "PORTAL", "03", "applications:read"), members{"keys": nil, "jwks_uri": inside.URL})
	dev.effect(put("spy", 0, data))
	strict := newHouseOn(t, dev.db, func(c *gateway.Config) { c.DevClients, c.KeyDir, c.ClientsFile = false, production(t).KeyDir, "" })
	strict.clients = dev.clients
	require.Equal(t, 503, strict.form(byAssertion(strict.assertion("spy"))).status)
	require.Zero(t, fetched.Load())
	got := strict.post("registrar-a", changesAt, put("spy", 1, data))
	requireProblem(t, got, 422, "rule-violated")
	require.Contains(t, string(got.raw), "/client/jwks_uri")
}

// TestTheClientsFileCountsUntilTwoGovern has an operator, who can change the file, try to change the registry alone.
func TestTheClientsFileCountsUntilTwoGovern(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	file := func(clients ...string) string {
		path := filepath.Join(t.TempDir(), "clients.json")
		var all []auth.Credential
		for _, id := range clients {
			c := h.clients[id]
			c.Secret = ""
			all = append(all, c)
		}
		require.NoError(t, auth.WriteClients(path, all))
		return path
	}
	start := func(path string) *house {
		again := newHouseOn(t, h.db, func(c *gateway.Config) { c.DevClients, c.KeyDir, c.ClientsFile = false, production(t).KeyDir, path })
		again.clients = h.clients
		return again
	}
	h.register("smuggled", "PORTAL", "03", "applications:read")
	governed := start(file("smuggled"))
	require.Equal(t, 401, governed.form(byAssertion(h.assertion("smuggled"))).status)
	require.Equal(t, 200, governed.form(byAssertion(h.assertion("registrar-a"))).status)

	h.effect(act("registrar-b", "REMOVE", 1))
	h.register("registrar-c", "OPS", "*", "clients:read", "clients:propose", "clients:approve")
	rescued := start(file("registrar-c"))
	at := rescued.propose("registrar-a", act("inps", "SUSPEND", 1))
	require.Equal(t, 200, rescued.post("registrar-c", at+"/approval", nil).status)
}
