package house_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/gateway"
)

const issuer = "https://gateway.example"

// apart is the gateway and the service as in a cluster: the service fetches the keys over HTTP. Both have one clock,
// and what the service has fetched ages by another.
type apart struct {
	t                *testing.T
	keys, url        string
	client           auth.Credential
	clock, keysClock shifted
	gateway          *gateway.Service
	concessions      *database.DB
}

// shifted is a clock that can be put forward.
type shifted struct{ by atomic.Int64 }

func (s *shifted) now() time.Time { return time.Now().Add(time.Duration(s.by.Load())) }

func (s *shifted) forward(d time.Duration) { s.by.Add(int64(d)) }

func openApart(t *testing.T) *apart {
	t.Helper()
	a := &apart{t: t, keys: t.TempDir()}
	var internal http.Handler
	keys := a.listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { internal.ServeHTTP(w, r) }))
	remote := auth.NewRemoteKeys(keys+gateway.InternalKeysPath, http.DefaultClient, a.keysClock.now)
	a.concessions = testkit.Database(t, concessions.Name, concessions.Migrations()...)
	service, err := concessions.New(t.Context(), concessions.Config{PersonKeys: t.TempDir(), MakeKeys: true}, concessions.Deps{
		DB: a.concessions, Keys: remote, Log: zap.NewNop(), Clock: a.clock.now,
		Metrics: prometheus.NewRegistry()})
	require.NoError(t, err)
	t.Cleanup(service.Close)
	a.client, err = auth.NewCredential("portal", "PORTAL", "03", "applications:read", "applications:file", "plafonds:read")
	require.NoError(t, err)
	cfg, err := gateway.DefaultConfig()
	require.NoError(t, err)
	cfg.Issuer, cfg.KeyDir, cfg.DevClients, cfg.KeyReload = issuer, a.keys, true, 5*time.Millisecond
	cfg.ClientsFile = filepath.Join(t.TempDir(), "clients.json")
	require.NoError(t, auth.WriteClients(cfg.ClientsFile, []auth.Credential{a.client}))
	const unbounded = "1000000/1000000"
	cfg.Rates, cfg.TokenRate, cfg.PublicRate = map[string]string{"PORTAL": unbounded}, unbounded, unbounded
	cfg.Routes = map[string]string{concessions.Name: a.listen(service.Public())}
	a.gateway, err = gateway.New(t.Context(), cfg, gateway.Deps{DB: testkit.Database(t, gateway.Schema, gateway.Migrations()...),
		Log: zap.NewNop(), Clock: a.clock.now, Metrics: prometheus.NewRegistry()})
	require.NoError(t, err)
	t.Cleanup(a.gateway.Close)
	internal, a.url = a.gateway.Internal(), a.listen(a.gateway.Public())
	return a
}

func (a *apart) listen(h http.Handler) string {
	s := httptest.NewServer(h)
	a.t.Cleanup(s.Close)
	return s.URL
}

// token asks for an outside token.
func (a *apart) token() (string, error) {
	key, err := a.client.Assertable()
	if err != nil {
		return "", err
	}
	assertion, err := auth.Assertion(key, a.client.ID, issuer, a.clock.now())
	if err != nil {
		return "", err
	}
	res, err := http.PostForm(a.url+"/oauth2/token", url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}})
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var got struct {
		Access string `json:"access_token"`
	}
	err = json.NewDecoder(res.Body).Decode(&got)
	return got.Access, err
}

// get calls the service and returns the status and the reason of a refusal.
func (a *apart) get(token string) (status int, reason string, err error) {
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, a.url+"/concessions/v1/plafonds", nil)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	var problem struct {
		Reason string `json:"reason"`
	}
	err = json.NewDecoder(res.Body).Decode(&problem)
	return res.StatusCode, problem.Reason, err
}

// load calls until stop is closed, each worker with a new token now and then.
func (a *apart) load(stop <-chan struct{}, calls *atomic.Int64) *sync.WaitGroup {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			var token string
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if n%20 == 0 {
					var err error
					if token, err = a.token(); err != nil {
						a.t.Error(err)
					}
				}
				if status, reason, err := a.get(token); status != http.StatusOK || err != nil {
					a.t.Errorf("false refusal: %d %s %v", status, reason, err)
				}
				calls.Add(1)
			}
		})
	}
	return &group
}

// published are the ids of the keys that verify tokens of the ring.
func (a *apart) published(ring string) []string {
	set := a.gateway.InternalKeys().Public()
	if ring == "external" {
		res, err := http.Get(a.url + "/.well-known/jwks.json")
		require.NoError(a.t, err)
		defer res.Body.Close()
		set = auth.JWKS{}
		require.NoError(a.t, json.NewDecoder(res.Body).Decode(&set))
	}
	var ids []string
	for _, k := range set.Keys {
		ids = append(ids, k.ID)
	}
	return ids
}

// rotate turns a ring as an operator does: announced, and promoted once everybody may have heard of it. The active
// key is published first.
func (a *apart) rotate(ring string, calls *atomic.Int64) {
	turn := auth.Rotation{Dir: filepath.Join(a.keys, ring), Announce: 24 * time.Hour, Now: time.Now().Add(25 * time.Hour)}
	next, err := turn.Prepare()
	require.NoError(a.t, err)
	a.until(func() bool { return slices.Contains(a.published(ring), next) })
	a.keysClock.forward(4 * time.Minute)
	a.served(calls)
	require.NoError(a.t, turn.Promote(false))
	a.until(func() bool { return a.published(ring)[0] == next })
	a.served(calls)
}

// served waits until some more calls were answered.
func (a *apart) served(calls *atomic.Int64) {
	before := calls.Load()
	a.until(func() bool { return calls.Load() > before+40 })
}

func (a *apart) until(done func() bool) {
	a.t.Helper()
	require.Eventually(a.t, done, time.Minute, 5*time.Millisecond)
}

// TestKeys_Rotate turns both rings under load: nobody is refused, neither with a token of the retired key. When the
// overlap is over, the retired key's tokens are.
func TestKeys_Rotate(t *testing.T) {
	t.Parallel()
	a := openApart(t)
	old, err := a.token()
	require.NoError(t, err)
	var calls atomic.Int64
	stop := make(chan struct{})
	load := a.load(stop, &calls)
	for range 5 {
		a.rotate("external", &calls)
		a.rotate("internal", &calls)
	}
	close(stop)
	load.Wait()
	t.Logf("%d calls over ten rotations", calls.Load())
	status, _, err := a.get(old)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, "its key retired five rotations ago, and is still published")
	// The key that signs answers is published beside those of outside tokens.
	for ring, left := range map[string]int{"external": 2, "internal": 1} {
		turn := auth.Rotation{Dir: filepath.Join(a.keys, ring), Linger: time.Hour, Now: time.Now().Add(27 * time.Hour)}
		swept, err := turn.Sweep()
		require.NoError(t, err)
		require.Equal(t, 5, swept)
		a.until(func() bool { return len(a.published(ring)) == left })
	}
	a.clock.forward(61 * time.Second)
	status, reason, err := a.get(old)
	require.NoError(t, err)
	require.Equal(t, []any{http.StatusUnauthorized, "kid"}, []any{status, reason})
	fresh, err := a.token()
	require.NoError(t, err)
	status, _, err = a.get(fresh)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
}
