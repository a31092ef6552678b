package apitest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const storm = `create or replace function spring() returns trigger language plpgsql security definer set search_path = {schema}, public as $$ begin
	perform nextval('failing');
	raise exception 'storm' using errcode = '40001';
end $$; select setval('failing', 1)`

// tries is how often a transaction is begun before the answer is that the service can't serve now.
const tries = "5"

// RequireRetries makes the first row of each write fail to serialize, which no client notices; then it fails again
// and again: the answer to the last write is 503, and nothing is stored.
func (h *House) RequireRetries(t testing.TB, writes func(behind *House), last func() Answer) {
	t.Helper()
	behind, s := h.Sabotaged()
	h.AsOwner("update trap set code = '40001'")
	writes(behind)
	require.Empty(t, s.Seen, "no write failed")
	require.Empty(t, s.Wrong)
	var before, after string
	require.NoError(t, s.Ask(Stored, &before))
	h.AsOwner(strings.ReplaceAll(storm, "{schema}", h.service.Name))
	a := last()
	require.Equal(t, []any{http.StatusServiceUnavailable, "unavailable"}, []any{a.Status, JSON(t, a.Raw)["code"]})
	require.NotEmpty(t, a.Header.Get("Retry-After"))
	require.NoError(t, s.Ask(Stored, &after))
	require.Equal(t, before, after)
	require.NoError(t, s.Ask("select (last_value - 1)::text from failing", &after))
	require.Equal(t, tries, after, "tries")
}

// RequireTried wants every write of the contract to have failed at least once, and to have left nothing behind.
func (s *Saboteur) RequireTried(t testing.TB, except func(route string) bool) {
	t.Helper()
	require.Empty(t, s.Wrong)
	for _, r := range s.house.Routes() {
		if r.Method != http.MethodGet && !except(r.Name) {
			require.Positive(t, s.Seen[r.Name], "%s was not tried: let this test make it", r.Name)
		}
	}
}
