package gateway_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
	"w2w/services/gateway"
)

// portal is a client that calls gateways, and keeps the ids of the requests that were answered.
type portal struct {
	t     *testing.T
	token string

	mu       sync.Mutex
	answered map[string][]string // by what the decision is called
}

const tokenPath = "/oauth2/token"

var secretGrant = url.Values{"grant_type": {"client_credentials"}, "client_id": {"portal-lazio"}, "client_secret": {"secret-of-portal-lazio"}}

func grantRequest(t *testing.T, gateway string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://"+gateway+tokenPath, strings.NewReader(secretGrant.Encode()))
	if err != nil {
		t.Error(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// newPortal is one with a token that every gateway takes.
func newPortal(t *testing.T, gateway string) *portal {
	t.Helper()
	p := &portal{t: t, answered: map[string][]string{}}
	res, err := http.DefaultClient.Do(grantRequest(t, gateway))
	require.NoError(t, err)
	defer res.Body.Close()
	var granted struct {
		Token string `json:"access_token"`
	}
	require.NoError(t, json.NewDecoder(res.Body).Decode(&granted))
	p.token = granted.Token
	p.note(res)
	return p
}

func (p *portal) note(res *http.Response) {
	p.mu.Lock()
	defer p.mu.Unlock()
	action := "call.allowed"
	if res.Request.URL.Path == tokenPath {
		action = "token.granted"
	}
	p.answered[action] = append(p.answered[action], res.Header.Get("X-Request-Id"))
}

// call is a read or, with another method than GET, a write with a key of its own.
func (p *portal) call(gateway, method string) *http.Request {
	write, body := method != http.MethodGet, ""
	if write {
		body = `{"cents": 1}`
	}
	r, err := http.NewRequest(method, "http://"+gateway+"/concessions/v1/things", strings.NewReader(body))
	if err != nil {
		p.t.Error(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	if write {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	return r
}

// callsToTheLast does not heed that a gateway is unready, and calls until it does not listen any more: its last decisions
// are still in memory then.
func (p *portal) callsToTheLast(m *apitest.Member) {
	p.t.Helper()
	var calling sync.WaitGroup
	defer calling.Wait()
	calling.Go(func() {
		for {
			res, err := http.DefaultClient.Do(p.call(m.Public, http.MethodGet))
			if err != nil {
				return
			}
			_ = res.Body.Close()
			p.note(res)
		}
	})
	m.Terminate(10 * time.Second)
}

// TestDrain_Replicas is row 43 of the catalogue: one gateway after the other is told to stop and replaced, under load. No
// call fails, and every decision that was answered is recorded once, whoever took it.
func TestDrain_Replicas(t *testing.T) {
	t.Parallel()
	made := &ledger{times: map[string]int{}}
	upstream := httptest.NewServer(made)
	t.Cleanup(upstream.Close)
	_, databaseURL := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	fleet := apitest.NewFleet(t, 3, gateway.Schema, gatewaySettings(t, databaseURL, upstream.URL)...)
	p := newPortal(t, fleet.Members()[0].Public)
	load := apitest.NewLoad(t, func(n int64) *http.Request {
		to := fleet.Ready(n)
		switch {
		case to == nil:
			return nil
		case n%5 == 0:
			return grantRequest(t, to.Public)
		case n%2 == 0:
			return p.call(to.Public, http.MethodPost)
		}
		return p.call(to.Public, http.MethodGet)
	})
	load.Answered = p.note
	load.Run(4, func() { fleet.Turn(4) })
	for _, m := range fleet.Members() {
		p.callsToTheLast(m)
	}
	writes := load.Writes() + 1 - int64(len(p.answered["token.granted"]))
	require.EqualValues(t, writes, len(made.times), "each answer tells of one write")
	for key, times := range made.times {
		require.Equal(t, 1, times, key)
	}
	db, err := database.Open(t.Context(), database.Options{URL: databaseURL, Schema: gateway.Schema})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	for action, answered := range p.answered {
		require.Equal(t, slices.Sorted(slices.Values(answered)), recordedIDs(t, db, action), action)
	}
	requireChain(t, db)
	t.Logf("%d reads and %d writes, of which %d tokens, none failed", load.Reads(), load.Writes(), len(p.answered["token.granted"])-1)
}

// recordedIDs are the requests about which decisions were recorded.
func recordedIDs(t *testing.T, db *database.DB, action string) (ids []string) {
	t.Helper()
	require.NoError(t, db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue(`select detail->>'request_id' from audit_records where action = $1`, action).Query(func(rows pgx.Rows) (err error) {
			ids, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
	}))
	slices.Sort(ids)
	return ids
}

// ledger is a service that counts what is done under each key.
type ledger struct {
	mu    sync.Mutex
	times map[string]int
}

// ServeHTTP implements http.Handler.
func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		l.mu.Lock()
		l.times[r.Header.Get("Idempotency-Key")]++
		l.mu.Unlock()
	}
	_, _ = w.Write([]byte("{}"))
}
