package bench

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/gateway"
)

const (
	api            = "/concessions/v1"
	administration = "03"
)

var scopes = strings.Fields(`applications:read applications:file applications:protocol applications:examine applications:preside
	applications:commit applications:decree plafonds:read plafonds:assign people:read events:read acts:backdate`)

// stage is the service and the gateway before it, over a real PostgreSQL, with the log that production has.
type stage struct {
	b       *testing.B
	name    string   // of the service
	scopes  []string // of who calls it
	owner   string   // address of the database for its owner
	service string   // and for the service's role
	inner   string   // URL of the service
	front   string   // URL of the gateway
	keys    auth.KeySource
	signer  *auth.Signer
	client  auth.Credential
}

func open(b *testing.B) *stage {
	b.Helper()
	s := &stage{b: b, name: concessions.Name, scopes: scopes}
	s.owner, s.service = testkit.URLs(b, s.name, concessions.Migrations()...)
	log, keyDir := logger(b), b.TempDir()
	s.inner = s.listen(s.concessions(keyDir, log))
	s.front = s.listen(s.gateway(keyDir, log))
	return s
}

// logger writes as production does, to a file.
func logger(b *testing.B) *zap.Logger {
	c := zap.NewProductionConfig()
	c.OutputPaths, c.Sampling = []string{filepath.Join(b.TempDir(), "log")}, nil
	log, err := c.Build()
	require.NoError(b, err)
	return log
}

// sign lets the stage hold the key with which the gateway signs.
func (s *stage) sign(keyDir string) {
	ring, err := auth.OpenOrMakeRing(filepath.Join(keyDir, "internal"))
	require.NoError(s.b, err)
	s.keys, s.signer = ring, auth.NewSigner(ring, auth.TypeInternal)
}

// database opens the database as the service does.
func (s *stage) database() *database.DB {
	db, err := database.Open(context.Background(), database.Options{URL: s.service, Schema: s.name, MaxConns: 20})
	require.NoError(s.b, err)
	s.b.Cleanup(db.Close)
	return db
}

// concessions runs the service.
func (s *stage) concessions(keyDir string, log *zap.Logger) http.Handler {
	s.sign(keyDir)
	service, err := concessions.New(context.Background(), concessions.Config{PersonKeys: s.b.TempDir(), MakeKeys: true},
		concessions.Deps{DB: s.database(), Keys: s.keys, Log: log, Clock: clock.System, Metrics: prometheus.NewRegistry()})
	require.NoError(s.b, err)
	s.b.Cleanup(service.Close)
	return service.Public()
}

func (s *stage) gateway(keyDir string, log *zap.Logger, others ...auth.Credential) http.Handler {
	var err error
	s.client, err = auth.NewCredential("portal", "PORTAL", administration, scopes...)
	require.NoError(s.b, err)
	cfg, err := gateway.DefaultConfig()
	require.NoError(s.b, err)
	cfg.Issuer, cfg.KeyDir, cfg.DevClients = "https://gateway.example", keyDir, true
	cfg.ClientsFile = filepath.Join(keyDir, "clients.json")
	require.NoError(s.b, auth.WriteClients(cfg.ClientsFile, append(others, s.client)))
	const free = "1000000/1000000"
	cfg.Rates, cfg.TokenRate, cfg.PublicRate = map[string]string{"PORTAL": free}, free, free
	cfg.Routes = map[string]string{concessions.Name: s.inner}
	service, err := gateway.New(context.Background(), cfg, gateway.Deps{DB: testkit.Database(s.b, gateway.Schema, gateway.Migrations()...),
		Log: log, Clock: clock.System, Metrics: prometheus.NewRegistry()})
	require.NoError(s.b, err)
	s.b.Cleanup(service.Close)
	return service.Public()
}

// listen serves the handler on loopback, as a process of its own would.
func (s *stage) listen(h http.Handler) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(s.b, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- httpx.Serve(ctx, l, h) }()
	s.b.Cleanup(func() { stop(); <-done })
	return "http://" + l.Addr().String()
}

// token is an internal token for the administration, as the gateway makes them.
func (s *stage) token(of string) string { return s.tokenOf("portal", of) }

func (s *stage) tokenOf(client, administration string) string {
	var c auth.Claims
	c.Issuer, c.Subject, c.Audience = auth.InternalIssuer, client, []string{s.name}
	c.ClientID, c.ClientKind, c.Administration, c.Scope = client, "PORTAL", administration, strings.Join(s.scopes, " ")
	c.Lifetime(time.Now(), auth.InternalLife)
	token, err := s.signer.Sign(c)
	require.NoError(s.b, err)
	return token
}

// bearer gets an outside token from the gateway.
func (s *stage) bearer() string { return s.bearerOf(s.client) }

func (s *stage) bearerOf(client auth.Credential) string {
	key, err := client.Assertable()
	require.NoError(s.b, err)
	assertion, err := auth.Assertion(key, client.ID, "https://gateway.example", time.Now())
	require.NoError(s.b, err)
	res, err := http.PostForm(s.front+"/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}})
	require.NoError(s.b, err)
	defer res.Body.Close()
	var granted struct {
		Token string `json:"access_token"`
	}
	require.NoError(s.b, json.NewDecoder(res.Body).Decode(&granted))
	require.NotEmpty(s.b, granted.Token)
	return granted.Token
}

// post sends a write to the service that must succeed.
func (s *stage) post(as, path string, body any, headers ...string) []byte {
	s.b.Helper()
	text, err := json.Marshal(body)
	require.NoError(s.b, err)
	headers = append(headers, auth.HeaderInternal, s.token(as), "Idempotency-Key", fresh("k"))
	return once(s.b, raw(s.b, http.MethodPost, s.inner+api+path, text, headers...), hostOf(s.b, s.inner), http.StatusCreated)
}
