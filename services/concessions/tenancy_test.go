package concessions_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit/apitest"
)

// reach is how far a route goes beyond the caller's administration.
type reach int

const (
	ownList  reach = iota + 1 // a list that leaves out other administrations' items
	ownItem                   // another administration's resource is like one that does not exist
	ownWrite                  // the same for a write, whether the id is in the path or in the body
	search                    // a search that finds nothing of others
	creates                   // makes something of the caller's own and names nothing that exists
	national                  // the same for everybody
)

// reaches has a decision for each route of the contract. A new route needs one, and what it reads must be made by
// tour (tour_test.go), under the name that its id has in the path.
var reaches = map[string]reach{
	"GET /status":                                             national,
	"GET /events":                                             ownList,
	"POST /employers":                                         creates, // the registry of employers is national
	"GET /employers":                                          national,
	"POST /employers/searches":                                national,
	"POST /employers/history-searches":                        search,
	"GET /employers/{employer_id}":                            national,
	"PUT /employers/{employer_id}":                            national,
	"POST /workers/history-searches":                          search,
	"POST /applications":                                      creates,
	"GET /applications":                                       ownList,
	"GET /applications/{application_id}":                      ownItem,
	"PUT /applications/{application_id}":                      ownWrite,
	"GET /applications/{application_id}/workers":              ownItem,
	"PUT /applications/{application_id}/workers":              ownWrite,
	"POST /applications/{application_id}/workers":             ownWrite,
	"DELETE /applications/{application_id}/workers/{row}":     ownWrite,
	"GET /applications/{application_id}/failed-rows":          ownItem,
	"GET /applications/{application_id}/documents":            ownItem,
	"POST /applications/{application_id}/documents":           ownWrite,
	"GET /documents/{document_id}":                            ownItem,
	"GET /documents/{document_id}/content":                    ownItem,
	"PUT /documents/{document_id}/content":                    ownWrite,
	"GET /applications/{application_id}/transitions":          ownItem,
	"POST /applications/{application_id}/transitions":         ownWrite,
	"POST /applications/{application_id}/examination":         ownWrite,
	"POST /applications/{application_id}/commitment":          ownWrite,
	"GET /applications/{application_id}/estimate/explanation": ownItem,
	"GET /applications/{application_id}/balance":              ownItem,
	"GET /applications/{application_id}/payments":             ownItem,
	"POST /applications/{application_id}/rectification":       ownWrite,
	"POST /applications/{application_id}/closing":             ownWrite,
	"POST /decrees/{decree_id}/transmissions":                 ownWrite,
	"POST /decrees/{decree_id}/revocations":                   ownWrite,
	"GET /decrees/{decree_id}/receipts":                       ownItem,
	"POST /inps/receipts":                                     ownWrite,
	"POST /inps/authorisations":                               ownWrite,
	"POST /inps/payments":                                     ownWrite,
	"POST /table-sessions":                                    ownWrite,
	"GET /table-sessions":                                     ownList,
	"GET /table-sessions/{session_id}":                        ownItem,
	"POST /table-sessions/{session_id}/outcomes":              ownWrite,
	"POST /decrees":                                           ownWrite,
	"GET /decrees":                                            ownList,
	"GET /decrees/{decree_id}":                                ownItem,
	"GET /decrees/{decree_id}/applications":                   ownItem,
	"GET /decrees/{decree_id}/publication":                    ownItem,
	"POST /decrees/{decree_id}/publication":                   ownWrite,
	"GET /decrees/{decree_id}/records":                        ownItem,
	"GET /parameters":                                         national,
	"POST /parameters":                                        creates, // parameters are national; only the Ministry's clients have the scope
	"GET /parameters/{key}":                                   national,
	"GET /plafonds":                                           ownList,
	"POST /plafonds/assignments":                              creates,
	"POST /plafonds/withdrawals":                              creates, // for an administration, as an assignment
	"GET /plafonds/{plafond_id}":                              ownItem,
	"GET /plafonds/{plafond_id}/movements":                    ownItem,
}

func TestEveryRouteHasADecisionOnItsReach(t *testing.T) {
	t.Parallel()
	var names []string
	for _, r := range open(t).Routes() {
		names = append(names, r.Name)
		require.NotZero(t, reaches[r.Name], "%s is new: decide in tenancy_test.go how far it reaches", r.Name)
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(reaches)), names, "a decision on a route that is gone")
}

// TestTenancy walks all routes with another administration's token: it finds nothing of what the tour made, and
// whatever it asks for or writes to is answered byte for byte like what does not exist. Nothing changes by it.
func TestTenancy(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids := h.tour()
	nothing := map[string]string{}
	for name := range ids {
		nothing[name] = apitest.Absent
	}
	nothing["row"] = ids["row"]
	owner, stranger := h.as("03", "office"), h.as("07", "stranger")
	before := h.everything(t, owner, ids)
	for _, r := range h.Routes() {
		switch reaches[r.Name] {
		case ownList:
			for _, item := range stranger.ask(t, r, ids).json(t)["items"].([]any) {
				require.Equal(t, "*", item.(object)["administration"], "%s: %v", r.Name, item) // an event for everyone
			}
		case search:
			require.NotEmpty(t, owner.ask(t, r, ids).json(t)["items"], r.Name)
			require.Empty(t, stranger.ask(t, r, ids).json(t)["items"], r.Name)
		case ownItem, ownWrite:
			foreign, missing := stranger.ask(t, r, ids), stranger.ask(t, r, nothing)
			require.Equal(t, http.StatusNotFound, foreign.status, "%s: %s", r.Name, foreign.raw)
			require.Equal(t, string(missing.raw), string(foreign.raw), r.Name)
		}
	}
	require.Equal(t, before, h.everything(t, owner, ids))
}

// ask sends the route's request for these ids.
func (c caller) ask(t *testing.T, r apitest.Route, ids map[string]string) answer {
	t.Helper()
	return answered(r.Ask(t, c.Caller, ids))
}

// everything is what the owner reads of its own, route by route; each of its lists has something.
func (h *house) everything(t *testing.T, owner caller, ids map[string]string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range h.Routes() {
		a := reaches[r.Name]
		if r.Name == "GET /events" { // other transactions may hold it back for a while
			require.NotEmpty(t, owner.send(r.Method, "/events?wait=8", nil).json(t)["items"])
			continue
		}
		if a != ownItem && a != ownList {
			continue
		}
		got := owner.ask(t, r, ids)
		require.Equal(t, http.StatusOK, got.status, "%s: %s", r.Name, got.raw)
		if a == ownList {
			require.NotEmpty(t, got.json(t)["items"], r.Name)
		}
		out[r.Name] = string(got.raw)
	}
	return out
}
