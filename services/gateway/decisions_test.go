package gateway_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

// noted is an audit record of the gateway.
type noted struct {
	Action, Subject, Administration, Client, Actor, Txn string
	Detail                                              map[string]any
}

// records are all that the gateway has stored, after it has stored what waits.
func records(t *testing.T, h *house, action string) (out []noted) {
	t.Helper()
	require.NoError(t, h.service.WriteDecisions(t.Context()))
	require.NoError(t, h.db.Read(t.Context(), "*", func(b *pgx.Batch) {
		b.Queue(`select action, subject, administration, client, actor, txn, detail from audit_records where action = $1 order by id`, action).
			Query(func(rows pgx.Rows) (err error) {
				out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[noted])
				return err
			})
	}))
	return out
}

func TestEveryDecisionIsRecorded(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *gateway.Config) { c.Rates = map[string]string{"PORTAL": "1000/1000", "INPS": "1/2"} })
	token := "Bearer " + h.token("portal-lazio")
	const calls = 50
	ids := map[any]bool{}
	for range calls {
		r := h.request(http.MethodGet, "/concessions/v1/applications/0190a0b0-0000-7000-8000-000000000001/RSSMRA85T10A562S", nil)
		r.Header.Set("Authorization", token)
		r.Header.Set("X-Actor", "u_7")
		require.Equal(t, http.StatusOK, h.do(r).status)
	}
	allowed := records(t, h, "call.allowed")
	require.Len(t, allowed, calls)
	for _, a := range allowed {
		ids[a.Detail["request_id"]] = true
		require.NotEmpty(t, a.Txn)
		delete(a.Detail, "request_id")
		a.Txn = ""
		require.Equal(t, noted{"call.allowed", "service/concessions", "LAZ", "portal-lazio", "u_7", "",
			map[string]any{"method": "GET", "route": "/concessions/v1/applications/0190a0b0-0000-7000-8000-000000000001/-"}}, a)
	}
	require.Len(t, ids, calls, "each names its request")

	for range 3 { // of a stranger
		require.Equal(t, http.StatusUnauthorized, h.do(h.request(http.MethodGet, "/concessions/v1/x", nil)).status)
	}
	inps := "Bearer " + h.token("inps")
	for _, actor := range []string{"a", "a", "", "", ""} { // two are wrong, the rest over the limit
		r := h.request(http.MethodPost, "/concessions/v1/decrees", nil)
		r.Header.Set("Authorization", inps)
		r.Header.Set("X-Actor", actor)
		require.Contains(t, []int{400, 429}, h.do(r).status)
	}
	refused := map[string]float64{}
	for _, r := range records(t, h, "call.refused") {
		n, _ := r.Detail["calls"].(float64)
		refused[r.Client+" "+r.Detail["code"].(string)] += max(1, n)
	}
	require.Equal(t, map[string]float64{" token-invalid": 3, "inps request-invalid": 2, "inps quota-exceeded": 3}, refused)
	granted := records(t, h, "token.granted")
	require.Len(t, granted, 2)
	require.Equal(t, []string{"portal-lazio", "LAZ", "inps", "*"},
		[]string{granted[0].Client, granted[0].Administration, granted[1].Client, granted[1].Administration})
	require.Equal(t, http.StatusUnauthorized, h.form(byAssertion(h.assertion("portal-lazio")+"x")).status)
	require.Equal(t, "invalid_client", records(t, h, "token.refused")[0].Detail["code"])
	requireChain(t, h.db)
}

// requireChain seals and proves the chain.
func requireChain(t *testing.T, db *database.DB) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := audit.NewSealer(db).Seal(context.Background())
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)
	_, _, err := audit.Verify(context.Background(), db)
	require.NoError(t, err)
}

func TestCallsNeedNotBeRecorded(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *gateway.Config) { c.AuditCalls = false })
	require.Equal(t, http.StatusOK, h.do(h.call("inps", http.MethodGet, "/concessions/v1/x", nil)).status)
	require.Empty(t, records(t, h, "call.allowed"))
	require.Len(t, records(t, h, "token.granted"), 1)
}

// A flood while the database is away ends in 503, with as many decisions in memory as were allowed; they are stored
// when it comes back.
func TestDecisionsWithoutADatabase(t *testing.T) {
	t.Parallel()
	const room = 40
	admin, service := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	db, err := database.Open(t.Context(), database.Options{URL: service, Schema: gateway.Schema, MaxConns: 4})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(t.Context(), admin)
	require.NoError(t, err)
	defer owner.Close(context.Background())
	h := newHouseOn(t, db, func(c *gateway.Config) { c.AuditBuffer, c.Rates = room, map[string]string{"PORTAL": "1000/1000"} })
	token := "Bearer " + h.token("portal-lazio")
	ask := func() reply {
		r := h.request(http.MethodGet, "/concessions/v1/x", nil)
		r.Header.Set("Authorization", token)
		return h.do(r)
	}
	require.Equal(t, http.StatusOK, ask().status)
	require.Len(t, records(t, h, "call.allowed"), 1)
	_, err = owner.Exec(t.Context(), "alter table gateway.audit_records rename to audit_away")
	require.NoError(t, err)
	passed, last := 0, reply{}
	for range 4 * room {
		if last = ask(); last.status == http.StatusOK {
			passed++
		}
	}
	requireProblem(t, last, 503, "unavailable")
	require.NotEmpty(t, last.header.Get("Retry-After"))
	require.Equal(t, room, passed, "what can't be noted may not pass")
	require.Equal(t, 503, h.form(byAssertion(h.assertion("inps"))).status, "nor is a token granted")
	require.Equal(t, http.StatusUnauthorized, h.do(h.request(http.MethodGet, "/concessions/v1/x", nil)).status)
	_, err = owner.Exec(t.Context(), "alter table gateway.audit_away rename to audit_records")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return ask().status == http.StatusOK }, 20*time.Second, 50*time.Millisecond)
	require.Len(t, records(t, h, "call.allowed"), 1+room+1)
	refused := 0.0
	for _, r := range records(t, h, "call.refused") {
		n, _ := r.Detail["calls"].(float64)
		refused += max(1, n)
	}
	require.GreaterOrEqual(t, refused, float64(3*room+1), "the refusals were counted")
}

// A gateway that ends stores what waits.
func TestDecisionsAreStoredAtTheEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	require.Equal(t, http.StatusOK, h.do(h.call("inps", http.MethodGet, "/concessions/v1/x", nil)).status)
	h.service.Close()
	var n int
	require.NoError(t, h.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue("select count(*) from audit_records").QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	require.Equal(t, 2, n, "a token and a call")
	var detail json.RawMessage
	require.NoError(t, h.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue("select detail from audit_records where action = 'call.allowed'").QueryRow(func(r pgx.Row) error { return r.Scan(&detail) })
	}))
	require.Contains(t, string(detail), `"route": "/concessions/v1/x"`)
}
