package gateway_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
	"w2w/services/gateway/internal/store"
)

// asserted asks for a token at the time of the house's clock, and returns the assertion too.
func (h *house) asserted(id string) (assertion string, r reply) {
	h.t.Helper()
	key, err := h.clients[id].Assertable()
	require.NoError(h.t, err)
	assertion, err = auth.Assertion(key, id, issuer, h.now())
	require.NoError(h.t, err)
	return assertion, h.form(byAssertion(assertion))
}

// TestClock is row 47 of the catalogue: a token lives for ten minutes through the ends of summer time and of the year, and
// on a gateway whose clock is hours away from the database's.
func TestClock(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]time.Time{
		"summer time begins": time.Date(2026, 3, 29, 0, 55, 0, 0, time.UTC), "summer time ends": time.Date(2026, 10, 25, 0, 55, 0, 0, time.UTC),
		"the year ends": time.Date(2026, 12, 31, 22, 55, 0, 0, time.UTC), "the year ends in UTC": time.Date(2026, 12, 31, 23, 55, 0, 0, time.UTC),
		"2 h ahead": time.Now().Add(2 * time.Hour), "2 h behind": time.Now().Add(-2 * time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, nil)
			h.ahead.Store(int64(time.Until(begin)))
			assertion, granted := h.asserted("portal-lazio")
			require.Equal(t, 200, granted.status, string(granted.raw))
			require.Equal(t, 401, h.form(byAssertion(assertion)).status, "it serves once")
			token := granted.body["access_token"].(string)
			for _, life := range []struct {
				of     time.Duration
				status int
			}{{0, 200}, {9*time.Minute + 50*time.Second, 200}, {10*time.Minute + time.Second, 401}} {
				h.ahead.Store(int64(time.Until(begin.Add(life.of))))
				r := h.do(h.bearing(token))
				require.Equal(t, life.status, r.status, "after %s: %s", life.of, r.raw)
			}
		})
	}
}

// TestClockOfReplicas has a replica two hours ahead, and one two hours behind: what they grant, the others refuse, and what
// was used once stays used, whoever sweeps.
func TestClockOfReplicas(t *testing.T) {
	t.Parallel()
	db, keys := testkit.Database(t, gateway.Schema, gateway.Migrations()...), t.TempDir()
	right := newHouseOn(t, db, func(c *gateway.Config) { c.KeyDir = keys })
	apart := func(by time.Duration) *house {
		other := newHouseOn(t, db, func(c *gateway.Config) { c.KeyDir, c.ClientsFile = keys, right.clientsFile() })
		other.clients = right.clients
		other.ahead.Store(int64(by))
		return other
	}
	fast, slow := apart(2*time.Hour), apart(-2*time.Hour)
	for reason, other := range map[string]*house{"iat": fast, "exp": slow} {
		_, granted := other.asserted("portal-lazio")
		require.Equal(t, 200, granted.status, string(granted.raw))
		refused := right.do(right.bearing(granted.body["access_token"].(string)))
		requireProblem(t, refused, 401, "token-invalid")
		require.Equal(t, reason, refused.body["reason"])
	}
	early, granted := slow.asserted("portal-lazio")
	require.Equal(t, 200, granted.status, string(granted.raw))
	used, granted := right.asserted("portal-lazio")
	require.Equal(t, 200, granted.status, string(granted.raw))
	for _, replica := range []*house{fast, right, slow} {
		_, err := store.Sweep(t.Context(), db, replica.now())
		require.NoError(t, err)
	}
	require.Equal(t, 401, right.form(byAssertion(used)).status)
	require.Equal(t, 401, slow.form(byAssertion(early)).status)
}
