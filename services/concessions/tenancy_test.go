package concessions_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
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

// absent is the id of nothing.
const absent = "018f0000-0000-7000-8000-000000000000"

// route is one operation of the contract, with what fills its path and its body.
type route struct {
	name   string
	method string
	path   string
	op     *openapi3.Operation
}

func (h *house) routes() (out []route) {
	for _, path := range slices.Sorted(maps.Keys(h.Contract.Doc.Paths.Map())) {
		for method, op := range h.Contract.Doc.Paths.Value(path).Operations() {
			out = append(out, route{method + " " + path, method, path, op})
		}
	}
	return out
}

// at fills the path with ids, and adds the query that the contract requires.
func (r route) at(t *testing.T, ids map[string]string) string {
	t.Helper()
	path := r.path
	for name, id := range ids {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	require.NotContains(t, path, "{", "%s: tour_test.go makes nothing for this id", r.name)
	for _, p := range r.op.Parameters {
		if p.Value.In == openapi3.ParameterInQuery && p.Value.Required {
			path += fmt.Sprintf("?%s=%v", p.Value.Name, *p.Value.Schema.Value.Min)
		}
	}
	return path
}

// body is the contract's example with these ids, and its media type.
func (r route) body(t *testing.T, ids map[string]string) (any, string) {
	t.Helper()
	if r.op.RequestBody == nil {
		return nil, ""
	}
	m := r.op.RequestBody.Value.Content["application/json"]
	if m == nil {
		return []byte("content"), slices.Collect(maps.Keys(r.op.RequestBody.Value.Content))[0]
	}
	example := m.Example
	if example == nil {
		example = m.Schema.Value.Example
	}
	require.NotNil(t, example, "%s: the contract has no example of the body", r.name)
	raw, err := json.Marshal(example)
	require.NoError(t, err)
	return named(t, raw, ids), "application/json"
}

// named gives the members of a body that name a resource the id of that resource.
func named(t *testing.T, raw []byte, ids map[string]string) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(raw, &value))
	var walk func(v any)
	walk = func(v any) {
		if list, ok := v.([]any); ok {
			for _, x := range list {
				walk(x)
			}
		}
		o, _ := v.(object)
		for name, x := range o {
			id, ok := ids[strings.TrimSuffix(name, "s")]
			switch {
			case !ok || !strings.Contains(name, "_id"):
				walk(x)
			case strings.HasSuffix(name, "s"):
				o[name] = []any{id}
			default:
				o[name] = id
			}
		}
	}
	walk(value)
	return value
}

// ask sends the route's request for these ids.
func (r route) ask(t *testing.T, c caller, ids map[string]string) answer {
	t.Helper()
	body, media := r.body(t, ids)
	headers := []string{"X-Request-Id", "same", "If-Match", `"1"`}
	if media != "" {
		headers = append(headers, "Content-Type", media)
	}
	return c.send(r.method, r.at(t, ids), body, headers...)
}

func TestEveryRouteHasADecisionOnItsReach(t *testing.T) {
	t.Parallel()
	var names []string
	for _, r := range open(t).routes() {
		names = append(names, r.name)
		require.NotZero(t, reaches[r.name], "%s is new: decide in tenancy_test.go how far it reaches", r.name)
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
		nothing[name] = absent
	}
	nothing["row"] = ids["row"]
	owner, stranger := h.as("03", "office"), h.as("07", "stranger")
	before := h.everything(t, owner, ids)
	for _, r := range h.routes() {
		switch reaches[r.name] {
		case ownList:
			for _, item := range r.ask(t, stranger, ids).json(t)["items"].([]any) {
				require.Equal(t, "*", item.(object)["administration"], "%s: %v", r.name, item) // an event for everyone
			}
		case search:
			require.NotEmpty(t, r.ask(t, owner, ids).json(t)["items"], r.name)
			require.Empty(t, r.ask(t, stranger, ids).json(t)["items"], r.name)
		case ownItem, ownWrite:
			foreign, missing := r.ask(t, stranger, ids), r.ask(t, stranger, nothing)
			require.Equal(t, http.StatusNotFound, foreign.status, "%s: %s", r.name, foreign.raw)
			require.Equal(t, string(missing.raw), string(foreign.raw), r.name)
		}
	}
	require.Equal(t, before, h.everything(t, owner, ids))
}

// everything is what the owner reads of its own, route by route; each of its lists has something.
func (h *house) everything(t *testing.T, owner caller, ids map[string]string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range h.routes() {
		a := reaches[r.name]
		if r.name == "GET /events" { // other transactions may hold it back for a while
			require.NotEmpty(t, owner.send(r.method, "/events?wait=8", nil).json(t)["items"])
			continue
		}
		if a != ownItem && a != ownList {
			continue
		}
		got := r.ask(t, owner, ids)
		require.Equal(t, http.StatusOK, got.status, "%s: %s", r.name, got.raw)
		if a == ownList {
			require.NotEmpty(t, got.json(t)["items"], r.name)
		}
		out[r.name] = string(got.raw)
	}
	return out
}
