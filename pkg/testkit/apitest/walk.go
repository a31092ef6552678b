package apitest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Reach is how far a route goes beyond the caller's administration.
type Reach int

// The reaches.
const (
	OwnList      Reach = iota + 1 // a list that leaves out other administrations' items
	OwnView                       // one answer for each administration, of its own
	OwnItem                       // another administration's resource is like one that does not exist
	OwnWrite                      // the same for a write, whether the id is in the path or in the body
	Search                        // a search that finds nothing of others
	Creates                       // makes something of the caller's own and names nothing that exists
	National                      // the same for everybody
	CentralList                   // a list of what is kept for all administrations together; to one of them it is empty
	CentralItem                   // such a thing; to one administration it is like one that does not exist
	CentralWrite                  // one administration is refused, whatever it names
)

// Walk is what a walk through all routes of the contract needs: how far each goes and who may take it, what a tour
// has made, and who asks.
type Walk struct {
	House   *House
	Reaches map[string]Reach  // a decision for each route
	Allowed map[string]string // for each route with a token, the scopes of which one is enough; a role is a scope
	Made    map[string]string // what the owner has, by the name in paths and bodies; ?name is the value of a query
	Nobody  map[string]string // in its place, what does not exist; an id is Absent by itself

	Owner, Stranger Caller // of two administrations
	Centre          Caller // of all of them
}

// nothing has, for all that was made, what does not exist.
func (w Walk) nothing() map[string]string {
	out := maps.Clone(w.Made)
	for name, id := range w.Made {
		if uuid.Validate(id) == nil {
			out[name] = Absent
		}
	}
	maps.Copy(out, w.Nobody)
	return out
}

// RequireDecisions wants a decision on the reach of each route, and none on one that is gone.
func (w Walk) RequireDecisions(t testing.TB) {
	t.Helper()
	var names []string
	for _, r := range w.House.Routes() {
		names = append(names, r.Name)
		require.NotZero(t, w.Reaches[r.Name], "%s is new: decide how far it reaches", r.Name)
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(w.Reaches)), names, "a decision on a route that is gone")
}

// Shown is what the owner reads of its own, and who sees all of what is kept in the centre, route by route; each
// list has something.
func (w Walk) Shown(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range w.House.Routes() {
		reach, by := w.Reaches[r.Name], w.Owner
		switch {
		case r.Name == "GET /events": // other transactions may hold it back for a while
			require.NotEmpty(t, JSON(t, by.Send(r.Method, "/events?wait=8", nil).Raw)["items"])
			continue
		case reach == CentralList || reach == CentralItem:
			by = w.Centre
		case reach != OwnItem && reach != OwnList && reach != OwnView:
			continue
		}
		a := r.Ask(t, by, w.Made)
		require.Equal(t, http.StatusOK, a.Status, "%s: %s", r.Name, a.Raw)
		if reach == OwnList || reach == CentralList {
			require.NotEmpty(t, JSON(t, a.Raw)["items"], r.Name)
		}
		out[r.Name] = string(a.Raw)
	}
	return out
}

// RequireTenancy walks all routes with another administration's token: it finds nothing of what the tour made, and
// whatever it asks for or writes to is answered byte for byte like what does not exist. Nothing changes by it.
func (w Walk) RequireTenancy(t testing.TB) {
	t.Helper()
	before := w.Shown(t)
	for _, r := range w.House.Routes() {
		switch w.Reaches[r.Name] {
		case OwnList, OwnView:
			a := r.Ask(t, w.Stranger, w.Made)
			require.Equal(t, http.StatusOK, a.Status, "%s: %s", r.Name, a.Raw)
			w.requireOwn(t, r.Name, JSON(t, a.Raw))
		case CentralList:
			require.Empty(t, JSON(t, r.Ask(t, w.Stranger, w.Made).Raw)["items"], r.Name)
		case Search:
			require.NotEmpty(t, JSON(t, r.Ask(t, w.Owner, w.Made).Raw)["items"], r.Name)
			require.Empty(t, JSON(t, r.Ask(t, w.Stranger, w.Made).Raw)["items"], r.Name)
		case OwnItem, OwnWrite, CentralItem, CentralWrite:
			w.requireNoOracle(t, r, w.Stranger)
		case Creates, National:
		}
	}
	require.Equal(t, before, w.Shown(t))
}

// requireOwn wants whatever says of which administration it is to be the stranger's, or everybody's.
func (w Walk) requireOwn(t testing.TB, route string, v any) {
	t.Helper()
	if list, ok := v.([]any); ok {
		for _, x := range list {
			w.requireOwn(t, route, x)
		}
	}
	o, _ := v.(map[string]any)
	if o["administration"] == "*" { // an event for everybody
		return
	}
	for name, x := range o {
		if name == "administration" || name == "region" {
			require.Equal(t, w.Stranger.Administration, x, "%s: %v", route, o)
		}
		w.requireOwn(t, route, x)
	}
}

// requireNoOracle wants what belongs to another administration, or to the centre, answered like what belongs to
// nobody.
func (w Walk) requireNoOracle(t testing.TB, r Route, c Caller) {
	t.Helper()
	status := http.StatusNotFound
	switch w.Reaches[r.Name] {
	case CentralWrite:
		status = http.StatusForbidden
	case OwnItem, OwnWrite, CentralItem:
	case OwnList, OwnView, Search, Creates, National, CentralList:
		return
	}
	foreign := r.Ask(t, c, w.Made)
	require.Equal(t, status, foreign.Status, "%s: %s", r.Name, foreign.Raw)
	require.Equal(t, string(r.Ask(t, c, w.nothing()).Raw), string(foreign.Raw), r.Name)
}

// RequireAuthz asks for every route with every scope alone, for what is the caller's own, another administration's
// and nobody's. Without the scope all three are refused in the same words, and nothing changes; with it, what is
// another's is like nothing, and what is the caller's own can be read.
func (w Walk) RequireAuthz(t testing.TB) {
	t.Helper()
	before, granted, wanted := w.Shown(t), 0, 0
	for _, r := range w.House.Routes() {
		if s := r.Op.Security; s != nil && len(*s) == 0 {
			continue
		}
		enough := strings.Fields(w.Allowed[r.Name])
		require.NotEmpty(t, enough, "%s is new: say who may call it", r.Name)
		wanted += len(enough)
		for _, scope := range append(slices.Clone(w.House.service.Scopes), "nothing:at-all") {
			if slices.Contains(enough, scope) {
				granted++
				w.requireNoOracle(t, r, w.Stranger.with(scope))
				w.requireReadable(t, r, scope)
			} else {
				w.requireRefused(t, r, scope)
			}
		}
	}
	require.Equal(t, wanted, granted, "a scope that is none")
	require.Equal(t, before, w.Shown(t))
}

// with is the caller with one scope, who may date acts back.
func (c Caller) with(scope string) Caller {
	c.Actor, c.Scopes = "x", []string{scope, "acts:backdate"}
	return c
}

func (w Walk) requireReadable(t testing.TB, r Route, scope string) {
	t.Helper()
	by := w.Owner
	switch w.Reaches[r.Name] {
	case CentralList, CentralItem:
		by = w.Centre
	case OwnList, OwnView, OwnItem:
	case OwnWrite, Search, Creates, National, CentralWrite:
		return
	}
	a := r.Ask(t, by.with(scope), w.Made)
	require.Equal(t, http.StatusOK, a.Status, "%s with %s: %s", r.Name, scope, a.Raw)
}

func (w Walk) requireRefused(t testing.TB, r Route, scope string) {
	t.Helper()
	refused := r.Ask(t, w.Owner.with(scope), w.Made)
	require.Equal(t, []any{http.StatusForbidden, "scope-missing"}, []any{refused.Status, JSON(t, refused.Raw)["code"]}, "%s with %s: %s", r.Name, scope, refused.Raw)
	for _, other := range []Answer{r.Ask(t, w.Stranger.with(scope), w.Made), r.Ask(t, w.Centre.with(scope), w.Made), r.Ask(t, w.Owner.with(scope), w.nothing())} {
		require.Equal(t, string(refused.Raw), string(other.Raw), r.Name)
	}
}
