package gateway_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

const issuer = "https://gateway.example"

// house is a gateway with a service behind it, over a real database.
type house struct {
	t       testing.TB
	db      *database.DB
	url     string
	service *gateway.Service
	clients map[string]auth.Credential

	contract *testkit.Contract // every answer is held against it
	ahead    atomic.Int64      // how far the gateway's clock is ahead
}

func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// contract is read once for all tests.
var contract = sync.OnceValues(func() (*testkit.Contract, error) {
	data, err := os.ReadFile("../../openapi/gateway.v1.yaml")
	if err != nil {
		return nil, err
	}
	return testkit.LoadContract(data, "")
})

// seen is what the service behind the gateway says it got.
type seen struct {
	Path     string        `json:"path"`
	Identity auth.Identity `json:"identity"`
	Headers  http.Header   `json:"headers"`
	Body     int           `json:"body"`
}

func newHouse(t testing.TB, change func(c *gateway.Config)) *house {
	t.Helper()
	return newHouseOn(t, testkit.Database(t, gateway.Schema, gateway.Migrations()...), change)
}

func newHouseOn(t testing.TB, db *database.DB, change func(c *gateway.Config), given ...func(d *gateway.Deps)) *house {
	t.Helper()
	k, err := contract()
	require.NoError(t, err)
	h := &house{t: t, db: db, clients: map[string]auth.Credential{}, contract: k}
	h.register("portal-lazio", "PORTAL", "LAZ", "applications:read", "applications:file")
	portal := h.clients["portal-lazio"]
	portal.Purposes = []string{"p-1"}
	h.clients[portal.ID] = portal
	h.register("inps", "INPS", "*", "inps:exchange")
	for _, name := range []string{"registrar-a", "registrar-b"} {
		h.register(name, "OPS", "*", "clients:read", "clients:propose", "clients:approve")
	}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.upstream(w, r) }))
	t.Cleanup(upstream.Close)
	cfg, err := gateway.DefaultConfig()
	require.NoError(t, err)
	cfg.Issuer, cfg.KeyDir, cfg.DevClients, cfg.ClientsFile = issuer, t.TempDir(), true, h.clientsFile()
	cfg.TokenRate, cfg.Rates["OPS"] = "1000/1000", "1000/1000"
	cfg.Routes = map[string]string{"concessions": upstream.URL}
	if change != nil {
		change(&cfg)
	}
	deps := gateway.Deps{
		DB: h.db, Log: quiet(), Clock: h.now, Metrics: prometheus.NewRegistry(),
		Specs: map[string][]byte{"concessions": []byte("openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\npaths: {}\n")},
	}
	for _, give := range given {
		give(&deps)
	}
	h.service, err = gateway.New(t.Context(), cfg, deps)
	require.NoError(t, err)
	t.Cleanup(h.service.Close)
	front := httptest.NewServer(h.service.Public())
	t.Cleanup(front.Close)
	h.url = front.URL
	return h
}

func (h *house) register(id, kind, administration string, scopes ...string) {
	h.t.Helper()
	c, err := auth.NewCredential(id, kind, administration, scopes...)
	require.NoError(h.t, err)
	c.Secret = "secret-of-" + id
	h.clients[id] = c
}

func (h *house) clientsFile() string {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), "clients.json")
	var all []auth.Credential
	for _, c := range h.clients {
		all = append(all, c)
	}
	require.NoError(h.t, auth.WriteClients(path, all))
	return path
}

// upstream is a service as the house builds them: it trusts nothing but the internal token.
func (h *house) upstream(w http.ResponseWriter, r *http.Request) {
	e := gin.New()
	answer := func(c *gin.Context) {
		n, _ := io.Copy(io.Discard, c.Request.Body)
		c.Header("X-RateLimit-Limit", "7")
		c.JSON(http.StatusOK, seen{c.Request.URL.Path, auth.From(c.Request.Context()), c.Request.Header, int(n)})
	}
	e.GET("/concessions/v1/status", answer)
	e.Use(auth.Middleware(auth.NewServiceVerifier("concessions", h.service.InternalKeys(), h.now), httpx.Problem))
	e.NoRoute(answer)
	e.ServeHTTP(w, r)
}

func (h *house) assertion(id string) string {
	h.t.Helper()
	key, err := h.clients[id].Assertable()
	require.NoError(h.t, err)
	raw, err := auth.Assertion(key, id, issuer, time.Now())
	require.NoError(h.t, err)
	return raw
}

// reply is an answer read to its end.
type reply struct {
	status int
	header http.Header
	body   map[string]any
	raw    []byte
	known  bool // whether the contract has the operation
}

func (h *house) do(r *http.Request) reply {
	h.t.Helper()
	res, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	known := h.contract.Require(h.t, r, res.StatusCode, res.Header, raw)
	for _, name := range []string{"Limit", "Remaining", "Reset"} {
		require.Len(h.t, res.Header.Values("X-RateLimit-"+name), 1, "%s of %s", name, r.URL)
	}
	out := reply{status: res.StatusCode, header: res.Header, raw: raw, known: known}
	_ = json.Unmarshal(raw, &out.body) // not every answer is JSON
	return out
}

func (h *house) request(method, path string, body io.Reader) *http.Request {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, body)
	require.NoError(h.t, err)
	return r
}

func (h *house) form(values url.Values) reply {
	h.t.Helper()
	r := h.request(http.MethodPost, "/oauth2/token", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.do(r)
}

func byAssertion(raw string) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "client_assertion": {raw},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
	}
}

func (h *house) token(id string) string {
	h.t.Helper()
	r := h.form(byAssertion(h.assertion(id)))
	require.Equal(h.t, 200, r.status, string(r.raw))
	return r.body["access_token"].(string)
}

// call is a request with the client's token.
func (h *house) call(id, method, path string, body io.Reader) *http.Request {
	h.t.Helper()
	r := h.request(method, path, body)
	r.Header.Set("Authorization", "Bearer "+h.token(id))
	return r
}

// bearing is a call with a token that is in hand.
func (h *house) bearing(token string) *http.Request {
	h.t.Helper()
	r := h.request(http.MethodGet, "/concessions/v1/x", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

func (r reply) seen(t *testing.T) seen {
	t.Helper()
	var s seen
	require.Equal(t, 200, r.status, string(r.raw))
	require.NoError(t, json.Unmarshal(r.raw, &s))
	return s
}

func requireProblem(t *testing.T, r reply, status int, code string) {
	t.Helper()
	require.Equal(t, status, r.status, string(r.raw))
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
	require.Equal(t, code, r.body["code"])
}

// quiet writes its lines as production does, to nowhere.
func quiet() *zap.Logger {
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(io.Discard), zap.InfoLevel))
}
