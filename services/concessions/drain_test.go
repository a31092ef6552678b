package concessions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit/apitest"
)

// fleet is three replicas behind a balancer that asks them twenty times a second whether they are ready.
type fleet struct {
	t        *testing.T
	server   *apitest.Starter
	signer   *auth.Signer
	keysURL  string
	people   string
	mu       sync.Mutex
	replicas [3]*member
	calls    atomic.Int64
	assigned atomic.Int64
}

type member struct {
	*replicaAt
	public string
	ready  atomic.Bool
}

func newFleet(t *testing.T, server *apitest.Starter) *fleet {
	t.Helper()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	f := &fleet{t: t, server: server, signer: auth.NewSigner(key, auth.TypeInternal), people: t.TempDir()}
	set, err := f.signer.Public()
	require.NoError(t, err)
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(set) }))
	t.Cleanup(gate.Close)
	f.keysURL = gate.URL
	for i := range f.replicas {
		f.begin(i)
	}
	return f
}

// begin puts a new process in a place and waits until it takes calls.
func (f *fleet) begin(place int) {
	f.t.Helper()
	m := &member{replicaAt: &replicaAt{t: f.t, internal: free(f.t), ended: make(chan error, 1)}, public: free(f.t)}
	ctx, stop := context.WithCancel(context.Background())
	m.stop = stop
	f.t.Cleanup(stop)
	go func() {
		m.ended <- f.server.Start(ctx, f.t, "W2W_INTERNAL_ADDR="+m.internal, "W2W_ADDR="+m.public, "W2W_DRAIN_DELAY=400ms",
			"W2W_GATEWAY_KEYS_URL="+f.keysURL, "W2W_CONCESSIONS_PERSON_KEYS="+f.people)
	}()
	m.until(http.StatusOK, nil)
	f.mu.Lock()
	f.replicas[place] = m
	f.mu.Unlock()
}

func (f *fleet) members() [3]*member {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.replicas
}

// watch asks for readiness until the context ends.
func (f *fleet) watch(ctx context.Context) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for ; ctx.Err() == nil; <-tick.C {
		for _, m := range f.members() {
			status, _ := m.ask("/readyz")
			m.ready.Store(status == http.StatusOK)
		}
	}
}

func (f *fleet) token() string {
	var claims auth.Claims
	claims.Issuer, claims.Subject, claims.Audience, claims.ID = auth.InternalIssuer, "ministry", []string{"concessions"}, uuid.NewString()
	claims.ClientID, claims.ClientKind, claims.Administration, claims.Scope = "ministry", "MINISTRY", "*", strings.Join(everything, " ")
	claims.Lifetime(time.Now(), auth.InternalLife)
	token, err := f.signer.Sign(claims)
	require.NoError(f.t, err)
	return token
}

// call assigns one cent at the n-th replica that is ready, or reads.
func (f *fleet) call(worker, n int) {
	var ready []*member
	for _, m := range f.members() {
		if m.ready.Load() {
			ready = append(ready, m)
		}
	}
	if len(ready) == 0 {
		return
	}
	to := ready[(worker+n)%len(ready)]
	method, path, body := http.MethodGet, "/plafonds", ""
	if n%2 == 0 {
		method, path = http.MethodPost, "/plafonds/assignments"
		body = fmt.Sprintf(`{"administration":"03","year":2010,"family":"CIG_DEROGA","assigned_on":"2010-01-10","act":"DI %d/%d","cents":1}`, worker, n)
	}
	r, err := http.NewRequest(method, "http://"+to.public+base+path, bytes.NewBufferString(body))
	require.NoError(f.t, err)
	r.Header.Set("Txn-Token", f.token())
	r.Header.Set("Content-Type", "application/json")
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	f.send(r)
}

// send wants a good answer, at once: a call that fails is not tried again.
func (f *fleet) send(r *http.Request) {
	r.GetBody = nil // else the transport would repeat it by itself
	method, path := r.Method, r.URL.Path
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Errorf("%s %s: %v", method, path, err)
		return
	}
	defer res.Body.Close()
	if raw, err := io.ReadAll(res.Body); err != nil || res.StatusCode >= 300 {
		f.t.Errorf("%s %s: %d %s %v", method, path, res.StatusCode, raw, err)
	}
	f.calls.Add(1)
	if method == http.MethodPost {
		f.assigned.Add(1)
	}
}

// TestDrain_Replicas is row 43 of the catalogue: one replica after the other is told to stop and replaced, under load.
// No call fails, every process ends well within the grace, and the sealers hand the audit chain over.
func TestDrain_Replicas(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL")
	}
	t.Parallel()
	server := starter(t)
	f := newFleet(t, server)
	ctx, stop := context.WithCancel(context.Background())
	var load sync.WaitGroup
	load.Go(func() { f.watch(ctx) })
	for worker := range 4 {
		load.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				f.call(worker, n)
			}
		})
	}
	for turn := range 6 {
		leaving, began := f.members()[turn%3], time.Now()
		leaving.stop()
		require.NoError(t, <-leaving.ended)
		require.Less(t, time.Since(began), 8*time.Second, "the grace")
		f.begin(turn % 3)
	}
	before := f.calls.Load()
	require.Eventually(t, func() bool { return f.calls.Load() > before+50 }, 20*time.Second, 10*time.Millisecond)
	stop()
	load.Wait()
	conn, err := pgx.Connect(t.Context(), server.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var cents int64
	require.NoError(t, conn.QueryRow(t.Context(), "select assigned_cents from concessions.plafond_accounts").Scan(&cents))
	require.Equal(t, f.assigned.Load(), cents, "each answer tells of one effect")
	require.Eventually(t, func() bool {
		var open int
		err := conn.QueryRow(t.Context(), "select count(*) from concessions.audit_records r where not exists (select from concessions.audit_chain c where c.record_id = r.id)").Scan(&open)
		return err == nil && open == 0
	}, 20*time.Second, 50*time.Millisecond, "the sealers went on")
	for _, m := range f.members() {
		m.end()
	}
	t.Logf("%d calls, none failed", f.calls.Load())
}
