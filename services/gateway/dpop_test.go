package gateway_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway"
)

// holder is a client's DPoP key.
type holder struct {
	h   *house
	key auth.Key
}

func newHolder(h *house) holder {
	h.t.Helper()
	key, err := auth.GenerateKey()
	require.NoError(h.t, err)
	return holder{h, key}
}

func (p holder) prove(want auth.ProofRequest, at time.Time) string {
	p.h.t.Helper()
	raw, err := auth.Prove(p.key, want, at)
	require.NoError(p.h.t, err)
	return raw
}

// ask asks for a token with these proofs.
func (p holder) ask(id string, proofs ...string) reply {
	p.h.t.Helper()
	r := p.h.request(http.MethodPost, "/oauth2/token", strings.NewReader(byAssertion(p.h.assertion(id)).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header["Dpop"] = proofs
	return p.h.do(r)
}

var tokenCall = auth.ProofRequest{Method: http.MethodPost, URL: issuer + "/oauth2/token"}

// token is one that is bound to the holder's key.
func (p holder) token(id string) string {
	p.h.t.Helper()
	got := p.ask(id, p.prove(tokenCall, time.Now()))
	require.Equal(p.h.t, 200, got.status, string(got.raw))
	require.Equal(p.h.t, "DPoP", got.body["token_type"])
	return got.body["access_token"].(string)
}

const dpopPath = "/concessions/v1/applications"

// get calls the service with the token, shown as the scheme says, and the proofs.
func (p holder) get(scheme, token string, proofs ...string) reply {
	p.h.t.Helper()
	r := p.h.request(http.MethodGet, dpopPath+"?limit=2", nil)
	r.Header.Set("Authorization", scheme+" "+token)
	r.Header["Dpop"] = proofs
	return p.h.do(r)
}

func resource(token string) auth.ProofRequest {
	return auth.ProofRequest{Method: http.MethodGet, URL: issuer + dpopPath, AccessToken: token}
}

func newDPoPHouse(t *testing.T) *house {
	return newHouse(t, func(c *gateway.Config) { c.PublicRate = "1000/1000" })
}

func TestDPoP_Matrix(t *testing.T) {
	t.Parallel()
	h := newDPoPHouse(t)
	mine, other := newHolder(h), newHolder(h)
	token := mine.token("portal-lazio")
	bearer := h.token("portal-lazio")
	mySecond := mine.token("portal-lazio")
	with := func(change func(want *auth.ProofRequest)) string {
		want := resource(token)
		change(&want)
		return mine.prove(want, time.Now())
	}
	good := func() string { return mine.prove(resource(token), time.Now()) }
	const proof, invalid = "invalid_dpop_proof", "invalid_token"
	for name, tc := range map[string]struct {
		scheme, token string
		proofs        []string
		reason, says  string
	}{
		"another path":       {"DPoP", token, []string{with(func(w *auth.ProofRequest) { w.URL = issuer + "/concessions/v1/decrees" })}, "htu", proof},
		"the Host header":    {"DPoP", token, []string{with(func(w *auth.ProofRequest) { w.URL = h.url + dpopPath })}, "htu", proof},
		"another method":     {"DPoP", token, []string{with(func(w *auth.ProofRequest) { w.Method = "POST" })}, "htm", proof},
		"no hash of a token": {"DPoP", token, []string{with(func(w *auth.ProofRequest) { w.AccessToken = "" })}, "ath", proof},
		"another token's":    {"DPoP", token, []string{with(func(w *auth.ProofRequest) { w.AccessToken = mySecond })}, "ath", proof},
		"another key":        {"DPoP", token, []string{other.prove(resource(token), time.Now())}, "jkt", proof},
		"too old":            {"DPoP", token, []string{mine.prove(resource(token), time.Now().Add(-2*time.Minute))}, "iat", proof},
		"from the future":    {"DPoP", token, []string{mine.prove(resource(token), time.Now().Add(time.Minute))}, "iat", proof},
		"no proof":           {"DPoP", token, nil, "missing", proof},
		"two proofs":         {"DPoP", token, []string{good(), good()}, "duplicate", proof},
		"the token as proof": {"DPoP", token, []string{token}, "typ", proof},
		"bound, as a bearer": {"Bearer", token, []string{good()}, "cnf", invalid},
		"a bearer, as bound": {"DPoP", bearer, []string{mine.prove(resource(bearer), time.Now())}, "cnf", invalid},
		"forged and bound":   {"DPoP", token[:len(token)-8] + "AAAAAAAA", []string{good()}, "signature", invalid},
		"no token at all":    {"DPoP", "a.b.c", []string{good()}, "form", invalid},
	} {
		t.Run(name, func(t *testing.T) {
			got := mine.get(tc.scheme, tc.token, tc.proofs...)
			requireProblem(t, got, 401, "token-invalid")
			require.Equal(t, tc.reason, got.body["reason"])
			require.Equal(t, `DPoP error="`+tc.says+`", algs="ES256 RS256"`, got.header.Get("WWW-Authenticate"))
		})
	}
	require.Equal(t, 200, mine.get("DPoP", token, good()).status)
	require.Equal(t, 200, mine.get("dpop", token, good()).status, "schemes know no case")
}

func TestDPoP_MatrixOneUse(t *testing.T) {
	t.Parallel()
	h := newDPoPHouse(t)
	mine := newHolder(h)
	token := mine.token("portal-lazio")
	once := mine.prove(resource(token), time.Now())
	got := mine.get("DPoP", token, once).seen(t)
	require.Equal(t, "portal-lazio", got.Identity.Client)
	for name := range maps.Keys(got.Headers) {
		require.NotContains(t, []string{"Dpop", "Authorization"}, name, "both end at the gateway")
	}
	again := mine.get("DPoP", token, once)
	requireProblem(t, again, 401, "token-invalid")
	require.Equal(t, "jti", again.body["reason"])
	require.Contains(t, again.header.Get("WWW-Authenticate"), "invalid_dpop_proof")

	h.db.Close()
	requireProblem(t, mine.get("DPoP", token, mine.prove(resource(token), time.Now())), 503, "unavailable")
}

func TestDPoP_MatrixOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	h := newDPoPHouse(t)
	mine := newHolder(h)
	once := mine.prove(tokenCall, time.Now())
	granted := mine.ask("portal-lazio", once)
	require.Equal(t, 200, granted.status, string(granted.raw))
	var c auth.Claims
	_, _, err := jwt.NewParser().ParseUnverified(granted.body["access_token"].(string), &c)
	require.NoError(t, err)
	public, err := mine.key.Public()
	require.NoError(t, err)
	require.Equal(t, public.Thumbprint(), c.Confirmation.Thumbprint)
	at := func(want auth.ProofRequest, d time.Duration) []string {
		return []string{mine.prove(want, time.Now().Add(d))}
	}
	for name, tc := range map[string]struct {
		proofs []string
		says   string
	}{
		"used before":    {[]string{once}, "jti"},
		"another method": {at(auth.ProofRequest{Method: "GET", URL: tokenCall.URL}, 0), "htm"},
		"the host":       {at(auth.ProofRequest{Method: "POST", URL: h.url + "/oauth2/token"}, 0), "htu"},
		"a token's hash": {at(auth.ProofRequest{Method: "POST", URL: tokenCall.URL, AccessToken: "x"}, 0), "ath"},
		"too old":        {at(tokenCall, -2*time.Minute), "iat"},
		"no proof":       {[]string{"x"}, "form"},
		"two":            {append(at(tokenCall, 0), at(tokenCall, 0)...), "more than one"},
	} {
		t.Run(name, func(t *testing.T) {
			got := mine.ask("portal-lazio", tc.proofs...)
			require.Equal(t, 400, got.status, string(got.raw))
			require.Equal(t, "invalid_dpop_proof", got.body["error"])
			require.Contains(t, got.body["error_description"], tc.says)
		})
	}
}

// A client whose policy asks for bound tokens gets no other, and can't use one that it got before.
func TestDPoP_MatrixOfABoundClient(t *testing.T) {
	t.Parallel()
	keys := t.TempDir()
	loose := newHouse(t, func(c *gateway.Config) { c.KeyDir = keys })
	before := loose.token("portal-lazio")
	require.Equal(t, 200, loose.do(loose.bearing(before)).status)
	clients := loose.clients
	bound := clients["portal-lazio"]
	bound.Bound = true
	clients["portal-lazio"] = bound
	file := loose.clientsFile()
	h := newHouseOn(t, loose.db, func(c *gateway.Config) { c.KeyDir, c.ClientsFile = keys, file })
	h.clients = clients
	refused := h.form(byAssertion(h.assertion("portal-lazio")))
	require.Equal(t, 400, refused.status)
	require.Equal(t, "invalid_request", refused.body["error"])
	got := h.do(h.bearing(before))
	requireProblem(t, got, 401, "token-invalid")
	require.Equal(t, "cnf", got.body["reason"])
	mine := newHolder(h)
	token := mine.token("portal-lazio")
	require.Equal(t, 200, mine.get("DPoP", token, mine.prove(resource(token), time.Now())).status)
	require.Equal(t, 200, h.do(h.call("inps", http.MethodGet, "/concessions/v1/x", nil)).status, "others go on as before")
}
