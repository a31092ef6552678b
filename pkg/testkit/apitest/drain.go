package apitest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
)

// Traffic is what the load on a service is made of.
type Traffic struct {
	Read    string                                // path of a list
	Write   func(n int64) (path string, body any) // the n-th thing to make
	Written string                                // query: how many of them there are
	Event   string                                // type of the event that each leaves
}

// crowd is a service in several processes, and the house that they share.
type crowd struct {
	*Fleet
	house *House
	load  *Load
}

// crowd starts replicas on a PostgreSQL of their own: how far a chain is sealed and a feed is read does not depend on
// other tests.
func (s *Service) crowd(t *testing.T, size int, traffic Traffic) *crowd {
	t.Helper()
	server := s.Starter(t, nil)
	h := s.over(t, server.URL(), server.role(t), zap.NewNop())
	set, err := h.signer.Public()
	require.NoError(t, err)
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(set) }))
	t.Cleanup(gate.Close)
	c := &crowd{house: h}
	c.Fleet = NewFleet(t, size, s.Name, server.settings(t, h.People, gate.URL)...)
	c.load = NewLoad(t, func(n int64) *http.Request {
		to := c.Ready(n / 2)
		if to == nil {
			return nil
		}
		by := h.At("http://"+to.Public).As(auth.AllAdministrations, "ministry")
		if n%2 == 0 {
			return by.Request(http.MethodGet, traffic.Read, nil)
		}
		path, body := traffic.Write(n)
		raw, err := json.Marshal(body)
		if err != nil {
			t.Error(err)
		}
		r := by.Request(http.MethodPost, path, raw)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", uuid.NewString())
		return r
	})
	return c
}

// RequireDrain is row 43 of the catalogue: one replica after the other is told to stop and replaced, under load. No
// call fails, every process exits with 0 well within the grace, each answer tells of one effect, a reader of the feed
// gets each event once from whoever is ready, and the sealers hand the audit chain over.
func (s *Service) RequireDrain(t *testing.T, traffic Traffic) {
	t.Helper()
	c := s.crowd(t, 3, traffic)
	feed, deaf := c.listen(traffic.Event)
	defer deaf() // before its replicas end with the test
	c.load.Run(4, func() { c.Turn(3) })
	require.EqualValues(t, c.load.Writes(), c.house.count(traffic.Written), "each answer tells of one effect")
	require.Eventually(t, func() bool { return int64(len(feed.ids())) >= c.load.Writes() }, handOver, probeEvery, "the feed goes on")
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(feed.ids()))), int(c.load.Writes()), "each event once")
	require.Eventually(t, func() bool { return c.unsealed() == 0 }, handOver, probeEvery, "the sealers went on")
	require.Equal(t, c.house.count("select count(*) from audit_records"), c.verified(), "in one chain")
	t.Logf("%d reads and %d writes, none failed", c.load.Reads(), c.load.Writes())
}

// verified is how many records an unbroken chain holds.
func (c *crowd) verified() int64 {
	c.t.Helper()
	sealed, _, err := audit.Verify(c.t.Context(), c.house.DB)
	require.NoError(c.t, err)
	return sealed
}

// count is the number that a query finds.
func (h *House) count(query string) (n int64) {
	h.T.Helper()
	require.NoError(h.T, h.DB.Read(h.T.Context(), auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue(query).QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	return n
}
