package gateway_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

// TestRateLimit is row 45 of the catalogue, with one replica; TestReplicas shows several, and the store down.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *gateway.Config) { c.Rates = map[string]string{"PORTAL": "1/3"} })
	token, other := "Bearer "+h.token("portal-lazio"), h.call("inps", http.MethodGet, "/concessions/v1/x", nil)
	var last reply
	statuses := []int{}
	for n := range 4 {
		r := h.request(http.MethodGet, "/concessions/v1/x", nil)
		r.Header.Set("Authorization", token)
		r.Header.Set("X-Forwarded-For", fmt.Sprint("198.51.100.", n)) // another address is no way round
		last = h.do(r)
		statuses = append(statuses, last.status)
	}
	require.Equal(t, []int{200, 200, 200, 429}, statuses)
	requireProblem(t, last, 429, "quota-exceeded")
	require.NotEmpty(t, last.header.Get("Retry-After"))
	require.Equal(t, []string{"3", "0"}, []string{last.header.Get("X-RateLimit-Limit"), last.header.Get("X-RateLimit-Remaining")})
	require.Equal(t, 200, h.do(other).status, "another client is unharmed")
}

func TestStrangersCountForTheAddressThatIsSeen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trusted []string
		last    int
	}{"XFF of anybody": {nil, 429}, "XFF of the balancer": {[]string{"127.0.0.1", "::1"}, 401}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, func(cfg *gateway.Config) { cfg.PublicRate, cfg.TrustedProxies = "1/2", c.trusted })
			last := 0
			for n := range 3 {
				r := h.request(http.MethodGet, "/concessions/v1/x", nil)
				r.Header.Set("X-Forwarded-For", fmt.Sprint("198.51.100.", n))
				last = h.do(r).status
			}
			require.Equal(t, c.last, last)
		})
	}
}

// instant is a clock that stands still until it is moved.
type instant struct{ nanos atomic.Int64 }

func (i *instant) now() time.Time       { return time.Unix(0, i.nanos.Load()).UTC() }
func (i *instant) move(d time.Duration) { i.nanos.Add(int64(d)) }

// replica is one of several gateways on one database.
type replica struct {
	*house

	tokens map[string]string
}

func replicas(t *testing.T, db *database.DB, at *instant, n int) []replica {
	t.Helper()
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	t.Cleanup(upstream.Close)
	all := make([]replica, n)
	for i := range all {
		h := newHouseOn(t, db, func(c *gateway.Config) {
			c.Routes, c.Round = map[string]string{"concessions": upstream.URL}, time.Hour
			c.Rates = map[string]string{"PORTAL": "20/40", "INPS": "20/40"}
		}, func(d *gateway.Deps) { d.Clock, d.Replica = at.now, fmt.Sprint("replica-", i) })
		all[i] = replica{h, map[string]string{"portal-lazio": h.token("portal-lazio"), "inps": h.token("inps")}}
	}
	return all
}

func (r replica) ask(client string) reply {
	r.t.Helper()
	call := r.request(http.MethodGet, "/concessions/v1/x", nil)
	call.Header.Set("Authorization", "Bearer "+r.tokens[client])
	return r.do(call)
}

// second lets a second pass, in which each replica is asked so often, and returns how many calls each let through.
func second(t *testing.T, all []replica, at *instant, asked ...int) (passed []int) {
	t.Helper()
	passed = make([]int, len(all))
	for step := range 10 {
		at.move(100 * time.Millisecond)
		for i, r := range all {
			for range (asked[i] + step) / 10 {
				if status := r.ask("portal-lazio").status; status == http.StatusOK {
					passed[i]++
				} else {
					require.Equal(t, http.StatusTooManyRequests, status)
				}
			}
		}
	}
	return passed
}

func now() *instant {
	at := &instant{}
	at.nanos.Store(time.Now().UnixNano())
	return at
}

func TestReplicas(t *testing.T) {
	t.Parallel()
	at, db := now(), testkit.Database(t, gateway.Schema, gateway.Migrations()...)
	all := replicas(t, db, at, 3)
	round := func() (err error) {
		for range 2 { // in the second all know what all have told
			for _, r := range all {
				err = r.service.Round(t.Context())
			}
		}
		return err
	}
	require.NoError(t, round())
	total := 0
	const seconds = 8
	for range seconds {
		for _, n := range second(t, all, at, 40, 10, 0) {
			total += n
		}
		for _, r := range all {
			require.NoError(t, r.service.Round(t.Context()))
		}
	}
	require.LessOrEqual(t, total, 40+20*seconds+20, "together no more than the rate, and a second of adapting")
	require.GreaterOrEqual(t, total, 20*seconds, "and no less")

	db.Close()
	require.Error(t, round())
	at.move(2 * time.Second) // the bursts refill
	each := make([]int, 3)
	for range 4 {
		for i, n := range second(t, all, at, 30, 30, 30) {
			each[i] += n
		}
	}
	for i, n := range each {
		require.InDelta(t, (40+20*4)/3, n, 2, "replica %d keeps its fair share", i)
		for range 12 {
			require.Equal(t, http.StatusOK, all[i].ask("inps").status, "other clients are unharmed")
		}
	}
}

func TestReplicasThatStopAreForgotten(t *testing.T) {
	t.Parallel()
	at := now()
	admin, service := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	db, err := database.Open(t.Context(), database.Options{URL: service, Schema: gateway.Schema, MaxConns: 10})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	all := replicas(t, db, at, 2)
	burst := func() (n int) {
		require.NoError(t, all[0].service.Round(t.Context()))
		at.move(time.Minute / 15)
		for all[0].ask("portal-lazio").status == http.StatusOK {
			n++
		}
		return n
	}
	second(t, all, at, 40, 40)
	require.NoError(t, all[1].service.Round(t.Context()))
	require.Equal(t, 20, burst(), "half of a burst of 40, for who asks both for more than its rate")
	owner, err := pgx.Connect(t.Context(), admin)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), `update gateway.replicas set seen_at = seen_at - interval '6 s' where id = 'replica-1';
		update gateway.demands set at = at - interval '6 s'`)
	require.NoError(t, err)
	require.Equal(t, 40, burst())
}

// A client that pauses finds its whole rate again.
func TestAPauseCostsNothing(t *testing.T) {
	t.Parallel()
	at := now()
	all := replicas(t, testkit.Database(t, gateway.Schema, gateway.Migrations()...), at, 1)
	for range 3 {
		for range 40 {
			require.Equal(t, http.StatusOK, all[0].ask("portal-lazio").status)
		}
		for range 2 {
			require.NoError(t, all[0].service.Round(t.Context()))
		}
		at.move(2 * time.Second)
	}
}
