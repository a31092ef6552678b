package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

func TestScopesOfTheRegistry(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	for name, scopes := range map[string][]string{"reader": {"clients:read"}, "proposer": {"clients:propose"}, "approver": {"clients:approve"}, "nobody": {"applications:read"}} {
		h.effect(put(name, 0, h.data(name, "OPS", "*", scopes...)))
	}
	at := h.propose("registrar-a", act("inps", "SUSPEND", 1))
	missing := changesAt + "/" + uuid.NewString()
	calls := map[string]struct {
		method, path string
		body         members
		allowed      string
		status       int // of those who are allowed
	}{
		"list clients":   {"GET", clientsAt, nil, "reader", 200},
		"show client":    {"GET", clientsAt + "/inps", nil, "reader", 200},
		"list changes":   {"GET", changesAt, nil, "reader", 200},
		"show change":    {"GET", at, nil, "reader", 200},
		"propose":        {"POST", changesAt, act("portal-lazio", "REMOVE", 1), "proposer", 201},
		"approve":        {"POST", missing + "/approval", nil, "approver", 404},
		"reject":         {"POST", missing + "/rejection", members{"reason": "no"}, "approver", 404},
		"reject another": {"POST", at + "/rejection", members{"reason": "no"}, "", 0},
	}
	for name, c := range calls {
		for _, who := range []string{"reader", "proposer", "approver", "nobody"} {
			if name == "reject another" && who == "approver" || name == "reject" && who == "proposer" {
				continue // the approver would end it, and a proposer looks for its own: both have their tests
			}
			var got reply
			if c.method == http.MethodGet {
				got = h.get(who, c.path)
			} else if c.body == nil {
				got = h.post(who, c.path, nil)
			} else {
				got = h.post(who, c.path, c.body)
			}
			if who == c.allowed {
				require.Equal(t, c.status, got.status, "%s as %s: %s", name, who, got.raw)
				continue
			}
			requireProblem(t, got, 403, "scope-missing")
		}
	}
	requireProblem(t, h.do(h.request(http.MethodGet, clientsAt, nil)), 401, "token-invalid")
	own := h.propose("proposer", act("inps", "REMOVE", 1))
	require.Equal(t, 200, h.post("proposer", own+"/rejection", members{"reason": "a slip"}).status, "one's own can be withdrawn")
}

func TestBadProposals(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	good := h.data("new", "PORTAL", "03", "applications:read")
	private := h.clients["new"].Key
	key := private.Public()
	offCurve, otherCurve, noID := key, key, key
	offCurve.X, otherCurve.Curve, noID.ID = key.Y, "P-384", ""
	short := members{"kty": "RSA", "kid": "r", "n": strings.Repeat("_", 100), "e": "AQAB"}
	data := func(change members) members { return put("new", 0, with(good, change)) }
	keys := func(list ...any) members { return data(members{"keys": list}) }
	cases := map[string]struct {
		body          members
		status        int
		code, pointer string
	}{
		"unknown scope":        {data(members{"scopes": []string{"applications:read", "money:print"}}), 422, "schema-invalid", "/client/scopes/1"},
		"no scope":             {data(members{"scopes": []string{}}), 422, "schema-invalid", "/client/scopes"},
		"unknown kind":         {data(members{"kind": "BANK"}), 422, "schema-invalid", "/client/kind"},
		"unknown place":        {data(members{"administration": "99"}), 422, "rule-violated", "/client/administration"},
		"private key":          {keys(private), 400, "request-invalid", "/client/keys/0/d"},
		"not on the curve":     {keys(offCurve), 422, "rule-violated", "/client/keys/0"},
		"another curve":        {keys(otherCurve), 422, "schema-invalid", "/client/keys/0/crv"},
		"key without id":       {keys(noID), 422, "schema-invalid", "/client/keys/0/kid"},
		"short RSA key":        {keys(short), 422, "rule-violated", "/client/keys/0"},
		"one id for two":       {keys(key, key), 422, "rule-violated", "/client/keys/1/kid"},
		"no key":               {data(members{"keys": nil}), 422, "rule-violated", "/client/keys"},
		"keys and address":     {data(members{"jwks_uri": "https://x.example/keys"}), 422, "rule-violated", "/client/keys"},
		"address of a file":    {data(members{"keys": nil, "jwks_uri": "file:///etc/passwd"}), 422, "rule-violated", "/client/jwks_uri"},
		"address with a name":  {data(members{"keys": nil, "jwks_uri": "https://a:b@x.example/k"}), 422, "rule-violated", "/client/jwks_uri"},
		"rate of nothing":      {data(members{"rate": members{"per_second": 0, "burst": 1}}), 422, "schema-invalid", "/client/rate/per_second"},
		"unknown member":       {data(members{"secret": "x"}), 400, "request-invalid", "/client/secret"},
		"put without data":     {with(data(nil), members{"client": nil}), 422, "rule-violated", "/client"},
		"data of a suspension": {with(data(nil), members{"action": "SUSPEND"}), 422, "rule-violated", "/client"},
		"an id of dots":        {with(data(nil), members{"client_id": ".."}), 422, "schema-invalid", "/client_id"},
		"blank reason":         {with(data(nil), members{"reason": " "}), 422, "schema-invalid", "/reason"},
		"nobody to suspend":    {act("nobody", "SUSPEND", 0), 404, "not-found", ""},
		"exists already":       {put("inps", 0, good), 409, "state-conflict", "/base_version"},
		"was never there":      {put("new", 3, good), 409, "state-conflict", "/base_version"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := h.post("registrar-a", changesAt, c.body)
			requireProblem(t, got, c.status, c.code)
			if c.pointer != "" {
				require.Contains(t, string(got.raw), `"pointer":"`+c.pointer+`"`)
			}
		})
	}
	require.Empty(t, h.get("registrar-a", changesAt).body["items"], "nothing was kept")
}

func TestARegionKeepsToItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *gateway.Config) { c.Rates = map[string]string{"OPERATOR": "1000/1000", "OPS": "1000/1000"} })
	for _, name := range []string{"lombardia-a", "lombardia-b"} {
		h.effect(put(name, 0, h.data(name, "OPERATOR", "03", "clients:read", "clients:propose", "clients:approve")))
	}
	h.effect(put("portal-12", 0, h.data("portal-12", "PORTAL", "12", "applications:read")))
	foreign := h.propose("registrar-a", act("portal-12", "SUSPEND", 1))

	own := h.data("portal-03", "PORTAL", "03", "applications:file")
	at := h.propose("lombardia-a", put("portal-03", 0, own))
	requireProblem(t, h.post("lombardia-a", at+"/approval", nil), 403, "same-actor")
	require.Equal(t, 200, h.post("lombardia-b", at+"/approval", nil).status)
	refused := map[string]members{
		"/client/administration": put("x", 0, with(own, members{"administration": "12"})),
		"/client/kind":           put("x", 0, with(own, members{"kind": "MINISTRY"})),
		"/client/scopes/0":       put("x", 0, with(own, members{"scopes": []string{"plafonds:assign"}})),
		"/client/scopes/1":       put("x", 0, with(own, members{"scopes": []string{"pool:read", "pool:upload"}})),
	}
	for pointer, body := range refused {
		got := h.post("lombardia-a", changesAt, body)
		requireProblem(t, got, 403, "scope-missing")
		require.Contains(t, string(got.raw), pointer)
	}
	requireProblem(t, h.post("lombardia-a", changesAt, put("portal-12", 0, own)), 409, "already-exists")
	requireProblem(t, h.post("lombardia-a", changesAt, act("portal-12", "SUSPEND", 1)), 404, "not-found")
	for _, path := range []string{clientsAt + "/portal-12", foreign} {
		requireProblem(t, h.get("lombardia-a", path), 404, "not-found")
	}
	requireProblem(t, h.post("lombardia-b", foreign+"/approval", nil), 404, "not-found")
	require.Equal(t, []string{"lombardia-a", "lombardia-b", "portal-03"}, h.ids("lombardia-a", clientsAt))
}

// ids lists the ids of all pages.
func (h *house) ids(as, path string) (out []string) {
	h.t.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	for next := ""; ; {
		got := h.get(as, path+separator+"limit=2&cursor="+next)
		require.Equal(h.t, 200, got.status, string(got.raw))
		for _, item := range got.body["items"].([]any) {
			out = append(out, item.(members)["client_id"].(string))
		}
		if next = got.body["next_cursor"].(string); next == "" {
			return out
		}
	}
}

func TestRegistryLists(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	h.effect(act("inps", "SUSPEND", 1))
	h.propose("registrar-a", act("portal-lazio", "REMOVE", 1))
	h.propose("registrar-a", act("inps", "REMOVE", 2))
	for path, want := range map[string][]string{
		clientsAt:                                    {"inps", "portal-lazio", "registrar-a", "registrar-b"},
		clientsAt + "?kind=OPS":                      {"registrar-a", "registrar-b"},
		clientsAt + "?state=SUSPENDED":               {"inps"},
		clientsAt + "?administration=*":              {"inps", "registrar-a", "registrar-b"},
		clientsAt + "?administration=03":             nil,
		changesAt:                                    {"inps", "portal-lazio", "inps"},
		changesAt + "?state=PROPOSED":                {"inps", "portal-lazio"},
		changesAt + "?client_id=inps":                {"inps", "inps"},
		changesAt + "?client_id=inps&state=REJECTED": nil,
	} {
		require.Equal(t, want, h.ids("registrar-a", path), path)
	}
	for _, path := range []string{clientsAt + "?cursor=%21", clientsAt + "?cursor=IA", changesAt + "?cursor=IA", clientsAt + "?name=x"} {
		requireProblem(t, h.get("registrar-a", path), 400, "request-invalid")
	}
}
