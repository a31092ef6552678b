package concessions_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

const events = "/events?limit=1000&wait=0"

// TestCanary is row 12 of the catalogue: whatever Lombardia does, no list, export, aggregate or sum of Liguria
// changes by it, and none of its names or ids appears there.
func TestCanary(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("07", 500000)
	id := h.granted("07", "LIGURIA", func(o object) {
		o["employer"].(object)["units"] = []object{{"province": inLiguria}}
		o["workers"] = []object{worker(taxCode(7))}
	})
	c := h.as("07", "office")
	c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	before := h.shown(t, c)
	canaries := h.tour()
	delete(canaries, "employer_id") // the registry of employers and the parameters are everybody's
	delete(canaries, "key")
	delete(canaries, "row")
	after := h.shown(t, c)
	delete(before, events) // the feed may have held back some of Liguria's own
	for list, raw := range before {
		require.Equal(t, raw, after[list], list)
	}
	for list, raw := range after {
		require.NotContains(t, raw, `"A1"`, list)
		for name, canary := range canaries {
			require.NotContains(t, raw, canary, "%s: %s", list, name)
		}
	}
}

// shown is all that an administration's lists show it, as JSON and as exports. The events for everybody are left
// out, and the order is the feed's.
func (h *house) shown(t *testing.T, c caller) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, path := range []string{"/applications", "/plafonds", "/decrees", "/table-sessions", events} {
		own := []any{}
		for _, item := range c.send(http.MethodGet, path, nil).json(t)["items"].([]any) {
			if item.(object)["administration"] != "*" {
				require.Equal(t, c.Administration, item.(object)["administration"], path)
				own = append(own, item)
			}
		}
		raw, err := json.Marshal(own)
		require.NoError(t, err)
		out[path] = string(raw)
	}
	for _, path := range []string{"/applications", "/plafonds", "/decrees", "/table-sessions"} {
		a := c.send(http.MethodGet, path, nil, "Accept", "text/csv")
		require.Equal(t, http.StatusOK, a.status, string(a.raw))
		out["export of "+path] = string(a.raw)
	}
	for path, body := range map[string]object{"/employers/history-searches": {"tax_code": "12345678903"}, "/workers/history-searches": {"tax_code": "RSSMRA85T10A562S"}} {
		raw, err := json.Marshal(c.send(http.MethodPost, path, body).json(t)["items"])
		require.NoError(t, err)
		out[path] = string(raw)
	}
	return out
}
