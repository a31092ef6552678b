package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/concessions/internal/domain"
)

// TestStateMachine is row 18 of the catalogue: every state with every event that may be named. One that the table
// of transitions does not know is refused with 409 at the right version, with 412 at a stale one and with 428 at
// none, and leaves the application as it was.
func TestStateMachine(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.granted("03", "A1", nil)
	path, c := "/applications/"+id, h.as("03", "office")
	table := domain.Transitions()
	states, refused := map[domain.State]bool{}, 0
	for _, r := range table.Rows() {
		states[r.From], states[r.To] = true, true
	}
	for state := range states {
		h.set(id, string(state))
		before := c.send(http.MethodGet, path, nil)
		etag := before.header.Get("ETag")
		for _, event := range h.Contract.Doc.Components.Schemas["NewTransition"].Value.Properties["event"].Value.Enum {
			body := object{"event": event, "transfer_to": "07", "reason": "x"}
			ask := func(match string) []any {
				a := c.send(http.MethodPost, path+"/transitions", body, "If-Match", match)
				return []any{a.status, a.code(t)}
			}
			require.Equal(t, []any{428, "etag-missing"}, ask(""), "%s in %s", event, state)
			require.Equal(t, []any{412, "etag-stale"}, ask(`"1"`), "%s in %s", event, state)
			if _, err := table.Next(state, domain.Event(event.(string))); err != nil {
				refused++
				require.Equal(t, []any{409, "state-conflict"}, ask(etag), "%s in %s", event, state)
			}
		}
		require.Equal(t, string(before.raw), string(c.send(http.MethodGet, path, nil).raw), state)
	}
	require.Greater(t, refused, 200)
	h.set(id, "ACCOLTA")
}
