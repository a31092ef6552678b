package gateway_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

const (
	clientsAt = "/gateway/v1/clients"
	changesAt = "/gateway/v1/client-changes"
)

// members are JSON members.
type members = map[string]any

// with is a copy with some members set anew; nil takes one away.
func with(m members, change members) members {
	out := members{}
	for _, part := range []members{m, change} {
		for name, value := range part {
			if out[name] = value; value == nil {
				delete(out, name)
			}
		}
	}
	return out
}

// post sends a body as the client, under a key of its own.
func (h *house) post(id, path string, body any) reply {
	h.t.Helper()
	return h.postOnce(id, path, uuid.NewString(), body)
}

func (h *house) postOnce(id, path, key string, body any) reply {
	h.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(h.t, err)
	if body == nil {
		raw = nil
	}
	r := h.call(id, http.MethodPost, path, bytes.NewReader(raw))
	r.Header.Set("Idempotency-Key", key)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return h.do(r)
}

func (h *house) get(id, path string) reply {
	h.t.Helper()
	return h.do(h.call(id, http.MethodGet, path, nil))
}

// data is a client as one proposes it, with the key that h.clients keeps for it.
func (h *house) data(id, kind, administration string, scopes ...string) members {
	h.t.Helper()
	h.register(id, kind, administration, scopes...)
	return members{"kind": kind, "administration": administration, "scopes": scopes, "keys": []any{h.clients[id].Key.Public()}}
}

func put(id string, base int, data members) members {
	return members{"client_id": id, "action": "PUT", "base_version": base, "reason": "agreement 12/2026", "client": data}
}

func act(id, action string, base int) members {
	return members{"client_id": id, "action": action, "base_version": base, "reason": "the key is lost"}
}

// propose files a change that must be accepted and returns where it is.
func (h *house) propose(id string, body members) string {
	h.t.Helper()
	r := h.post(id, changesAt, body)
	require.Equal(h.t, 201, r.status, string(r.raw))
	return r.header.Get("Location")
}

// effect has a change proposed and approved.
func (h *house) effect(body members) {
	h.t.Helper()
	r := h.post("registrar-b", h.propose("registrar-a", body)+"/approval", nil)
	require.Equal(h.t, 200, r.status, string(r.raw))
}

func TestAClientIsRegisteredByTwo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	data := h.data("portal-03", "PORTAL", "03", "applications:read", "events:read")
	data = with(data, members{"purpose_ids": []string{"p-1"}, "rate": members{"per_second": 5, "burst": 9}, "daily_quota": 100, "sender_constraint": "DPOP"})
	at := h.propose("registrar-a", put("portal-03", 0, data))
	require.Equal(t, 401, h.form(byAssertion(h.assertion("portal-03"))).status, "nothing acts before the approval")
	requireProblem(t, h.get("registrar-a", clientsAt+"/portal-03"), 404, "not-found")

	requireProblem(t, h.post("registrar-a", at+"/approval", nil), 403, "same-actor")
	got := h.post("registrar-b", at+"/approval", nil)
	require.Equal(t, 200, got.status, string(got.raw))
	require.Equal(t, "APPROVED", got.body["state"])
	require.Equal(t, members{"client_id": "registrar-b", "actor": "registrar-b"}, got.body["decided_by"])
	requireProblem(t, h.post("registrar-b", at+"/approval", nil), 409, "state-conflict")

	shown := h.get("registrar-a", clientsAt+"/portal-03")
	require.Equal(t, `"1"`, shown.header.Get("ETag"))
	raw, err := json.Marshal(with(data, members{"client_id": "portal-03", "state": "ACTIVE", "version": 1}))
	require.NoError(t, err)
	require.JSONEq(t, string(raw), string(shown.raw))
}

func TestANewClientGetsATokenAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	data := h.data("portal-03", "PORTAL", "03", "applications:read")
	require.Equal(t, 401, h.form(byAssertion(h.assertion("portal-03"))).status)
	h.effect(put("portal-03", 0, data))
	require.Equal(t, "03", h.get("portal-03", "/concessions/v1/x").seen(t).Identity.Administration)
}

// The second gateway is another replica over the same database, whose cache knows the client as it was.
func TestAChangeActsWithinAMinuteOnEveryReplica(t *testing.T) {
	t.Parallel()
	keys := t.TempDir()
	shared := func(c *gateway.Config) { c.KeyDir = keys }
	here := newHouse(t, shared)
	there := newHouseOn(t, here.db, func(c *gateway.Config) { shared(c); c.ClientsFile = "" })
	token := "Bearer " + here.token("portal-lazio")
	status := func(h *house) int {
		r := h.request(http.MethodGet, "/concessions/v1/x", nil)
		r.Header.Set("Authorization", token)
		return h.do(r).status
	}
	steps := []struct {
		action                         string
		base, here, cached, after60sec int
	}{
		{"SUSPEND", 1, 401, 200, 401},
		{"REACTIVATE", 2, 200, 401, 200},
		{"REMOVE", 3, 401, 200, 401},
	}
	require.Equal(t, []int{200, 200}, []int{status(here), status(there)})
	for _, s := range steps {
		here.effect(act("portal-lazio", s.action, s.base))
		require.Equal(t, s.here, status(here), s.action)
		require.Equal(t, s.cached, status(there), "%s, from the cache", s.action)
		there.ahead.Add(int64(time.Minute))
		require.Equal(t, s.after60sec, status(there), "%s, a minute later", s.action)
	}
	require.Equal(t, 401, here.form(byAssertion(here.assertion("portal-lazio"))).status, "a removed client gets no token")
	requireProblem(t, here.post("registrar-a", changesAt, act("portal-lazio", "REACTIVATE", 4)), 409, "state-conflict")
	here.effect(put("portal-lazio", 4, here.data("portal-lazio", "PORTAL", "12", "applications:read")))
	require.Equal(t, "12", here.get("portal-lazio", "/concessions/v1/x").seen(t).Identity.Administration)
}

func TestAStaleChangeIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	first, second := h.propose("registrar-a", act("inps", "SUSPEND", 1)), h.propose("registrar-a", act("inps", "REMOVE", 1))
	require.Equal(t, 200, h.post("registrar-b", first+"/approval", nil).status)
	late := h.post("registrar-b", second+"/approval", nil)
	requireProblem(t, late, 409, "state-conflict")
	require.EqualValues(t, 2, late.body["version"])
	require.Equal(t, "SUSPENDED", h.get("registrar-a", clientsAt+"/inps").body["state"])
	for _, body := range []members{act("inps", "REMOVE", 1), act("inps", "REMOVE", 3)} {
		requireProblem(t, h.post("registrar-a", changesAt, body), 409, "state-conflict")
	}
	rejected := h.post("registrar-b", second+"/rejection", members{"reason": "too late"})
	require.Equal(t, "REJECTED", rejected.body["state"])
	require.Equal(t, "too late", rejected.body["note"])
	requireProblem(t, h.post("registrar-b", second+"/approval", nil), 409, "state-conflict")
}

func TestRegistryWritesOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	body := act("inps", "SUSPEND", 1)
	one := h.postOnce("registrar-a", changesAt, "k1", body)
	again := h.postOnce("registrar-a", changesAt, "k1", body)
	require.Equal(t, 201, again.status)
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, one.body, again.body)
	requireProblem(t, h.postOnce("registrar-a", changesAt, "k1", act("inps", "REMOVE", 1)), 422, "idempotency-key-reused")
	at := one.header.Get("Location") + "/approval"
	require.Equal(t, 200, h.postOnce("registrar-b", at, "k2", nil).status)
	require.Equal(t, "true", h.postOnce("registrar-b", at, "k2", nil).header.Get("Idempotency-Replayed"))
	r := h.call("registrar-a", http.MethodPost, changesAt, strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	requireProblem(t, h.do(r), 400, "idempotency-key-missing")
}
