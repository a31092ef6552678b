package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestEveryActOnTheRegistryIsRecorded(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.effect(put("portal-03", 0, h.data("portal-03", "PORTAL", "03", "applications:read")))
	at := h.propose("registrar-a", act("portal-03", "SUSPEND", 1))
	requireProblem(t, h.post("registrar-a", at+"/approval", nil), 403, "same-actor")
	require.Equal(t, 200, h.post("registrar-a", at+"/rejection", members{"reason": "no"}).status)
	got := []noted{}
	for _, action := range []string{"client.propose", "client.approve", "client.reject"} {
		for _, r := range records(t, h, action) {
			require.NotEmpty(t, r.Txn)
			require.NotEmpty(t, r.Detail["change"])
			delete(r.Detail, "change")
			r.Txn = ""
			got = append(got, r)
		}
	}
	registered := members{"action": "PUT", "base_version": 0.0, "kind": "PORTAL", "scopes": []any{"applications:read"}, "jwks_uri": "",
		"keys": []any{h.clients["portal-03"].Key.ID}}
	suspended := members{"action": "SUSPEND", "base_version": 1.0}
	record := func(action, by string, detail members) noted {
		return noted{Action: action, Subject: "client/portal-03", Administration: "03", Client: by, Actor: by, Detail: detail}
	}
	require.Equal(t, []noted{record("client.propose", "registrar-a", registered), record("client.propose", "registrar-a", suspended),
		record("client.approve", "registrar-b", registered), record("client.reject", "registrar-a", suspended)}, got)
	require.Len(t, records(t, h, "call.refused"), 0, "a refusal by the registry is its answer")
	requireChain(t, h.db)
}

// TestTwoUsersOfOnePortal propose and approve: whom the portal names counts, and one it does not name may be either.
func TestTwoUsersOfOnePortal(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.effect(put("portal-03", 0, h.data("portal-03", "PORTAL", "03", "clients:read", "clients:propose", "clients:approve")))
	h.effect(put("target", 0, h.data("target", "PORTAL", "03", "applications:read")))
	send := func(actor, path string, body string) reply {
		r := h.call("portal-03", http.MethodPost, path, nil)
		if body != "" {
			r = h.call("portal-03", http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
		}
		r.Header.Set("Idempotency-Key", uuid.NewString())
		if actor != "" {
			r.Header.Set("X-Actor", actor)
		}
		return h.do(r)
	}
	suspend := `{"client_id": "target", "action": "SUSPEND", "base_version": 1, "reason": "x"}`
	for name, c := range map[string]struct {
		proposer, approver string
	}{
		"one user":           {"u_1", "u_1"},
		"nobody named":       {"", ""},
		"approver not named": {"u_1", ""},
		"proposer not named": {"", "u_2"},
	} {
		filed := send(c.proposer, changesAt, suspend)
		require.Equal(t, 201, filed.status, "%s: %s", name, filed.raw)
		requireProblem(t, send(c.approver, filed.header.Get("Location")+"/approval", ""), 403, "same-actor")
	}
	filed := send("u_1", changesAt, suspend)
	approved := send("u_2", filed.header.Get("Location")+"/approval", "")
	require.Equal(t, 200, approved.status, string(approved.raw))
	require.Equal(t, members{"client_id": "portal-03", "actor": "u_2"}, approved.body["decided_by"])
	require.Equal(t, "u_2", records(t, h, "client.approve")[2].Actor)
}
