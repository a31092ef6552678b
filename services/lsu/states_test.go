package lsu_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/services/lsu/internal/domain"
)

// TestStateMachine tries every state with every event that may be named. One that the table of transitions does not
// know is refused with 409 at the right version, with 412 at a stale one and with 428 at none, and leaves the month as
// it was.
func TestStateMachine(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-11")
	path, c := monthPath("18", "2010-01"), h.validator("18")
	table, refused := domain.MonthTransitions(), 0
	for _, state := range []domain.MonthState{domain.Open, domain.Submitted, domain.Closed} {
		require.NoError(t, h.db.Update(context.Background(), "*", func(tx *database.Tx) error {
			tx.Queue("update months set state = $1", state)
			return nil
		}))
		before := c.send(http.MethodGet, path, nil)
		for _, event := range []domain.MonthEvent{domain.Submit, domain.Return, domain.Close} {
			ask := func(match string) []any {
				a := c.send(http.MethodPost, path+"/transitions", object{"event": event, "acted_on": "2010-02-11", "reason": "x"}, "If-Match", match)
				return []any{a.status, a.code(t)}
			}
			require.Equal(t, []any{428, "etag-missing"}, ask(""), "%s in %s", event, state)
			require.Equal(t, []any{412, "etag-stale"}, ask(`"1"`), "%s in %s", event, state)
			if _, err := table.Next(state, event); err != nil {
				refused++
				require.Equal(t, []any{409, "state-conflict"}, ask(before.header.Get("ETag")), "%s in %s", event, state)
			}
		}
		require.Equal(t, string(before.raw), string(c.send(http.MethodGet, path, nil).raw), state)
	}
	require.Equal(t, 6, refused)
}
