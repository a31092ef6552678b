package lsu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit/apitest"
)

// reaches has a decision for each route of the contract. A new route needs one, and what it reads must be made by
// tour (tour_test.go), under the name that its id has in the path.
var reaches = map[string]apitest.Reach{
	"GET /status":                                       apitest.National,
	"GET /events":                                       apitest.OwnList,
	"POST /entities":                                    apitest.CentralWrite,
	"GET /entities":                                     apitest.National, // the registry of host entities is national
	"POST /entity-intakes":                              apitest.CentralWrite,
	"GET /entities/{entity_ref}":                        apitest.National,
	"PUT /entities/{entity_ref}":                        apitest.CentralWrite,
	"POST /conventions":                                 apitest.Creates, // for one Region; another one may not be named
	"GET /conventions":                                  apitest.OwnList,
	"GET /conventions/{convention_id}":                  apitest.OwnItem,
	"POST /conventions/{convention_id}/supplements":     apitest.OwnWrite,
	"POST /conventions/{convention_id}/reductions":      apitest.OwnWrite,
	"GET /conventions/{convention_id}/movements":        apitest.OwnItem,
	"GET /regions/{region}/contact":                     apitest.OwnItem,
	"PUT /regions/{region}/contact":                     apitest.OwnWrite,
	"POST /pool-intakes":                                apitest.CentralWrite,
	"POST /movement-intakes":                            apitest.CentralWrite,
	"POST /payment-intakes":                             apitest.CentralWrite,
	"GET /intakes":                                      apitest.CentralList,
	"GET /intakes/{intake_id}":                          apitest.CentralItem,
	"GET /intakes/{intake_id}/rows":                     apitest.CentralItem,
	"GET /intakes/{intake_id}/failed-rows":              apitest.CentralItem,
	"GET /workers":                                      apitest.OwnList,
	"POST /workers/searches":                            apitest.Search,
	"GET /workers/{worker_id}":                          apitest.OwnItem,
	"GET /movements":                                    apitest.OwnList,
	"GET /corrections":                                  apitest.OwnList,
	"GET /months":                                       apitest.OwnList,
	"GET /regions/{region}/months/{month}":              apitest.OwnItem,
	"GET /regions/{region}/months/{month}/transitions":  apitest.OwnItem,
	"POST /regions/{region}/months/{month}/transitions": apitest.OwnWrite,
	"GET /regions/{region}/months/{month}/report":       apitest.OwnItem,
	"GET /regions/{region}/months/{month}/allowances":   apitest.OwnItem,
	"GET /reports":                                      apitest.OwnList,
	"GET /overviews/{year}":                             apitest.OwnView,
	"GET /payments":                                     apitest.OwnList,
	"GET /differences":                                  apitest.OwnList,
	"GET /regions/{region}/projection":                  apitest.OwnItem,
	"GET /parameters":                                   apitest.National,
	"POST /parameters":                                  apitest.Creates, // parameters are national; only the Ministry's clients have the scope
	"GET /parameters/{key}":                             apitest.National,
}

// walk is what a walk through all routes needs; made is what Calabria has.
func (h *house) walk(made map[string]string) apitest.Walk {
	return apitest.Walk{House: h.House, Reaches: reaches, Allowed: allowed, Made: made,
		Nobody: map[string]string{"region": "03", "key": "share.nobody", "entity_ref": "E00", "worker_ref": "W00"}, // no pool in Lombardia
		Owner:  h.as("18", "office").Caller, Stranger: h.as("19", "stranger").Caller, Centre: h.ministry().Caller}
}

func TestEveryRouteHasADecisionOnItsReach(t *testing.T) {
	t.Parallel()
	open(t).walk(nil).RequireDecisions(t)
}

func TestTenancy(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.walk(h.tour()).RequireTenancy(t)
}

// TestCanary is row 12 of the catalogue: whatever happens in Calabria, nothing that Sicilia is shown changes by it,
// no list, no sum and no table, and none of Calabria's names or ids appears there.
func TestCanary(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.founded()
	sicilia := h.walk(h.toured("19", plain, early))
	sicilia.Owner = h.as("19", "office").Caller
	shown := func() map[string]string {
		out := sicilia.Shown(t)
		for _, list := range []string{"/conventions", "/workers", "/movements", "/corrections", "/months", "/reports?year=2010", "/payments", "/differences?year=2010"} {
			a := sicilia.Owner.Send("GET", list, nil, "Accept", csvMedia)
			require.Equal(t, 200, a.Status, string(a.Raw))
			out["table of "+list] = string(a.Raw)
		}
		for route := range out {
			if reaches[route] == apitest.CentralList || reaches[route] == apitest.CentralItem {
				delete(out, route)
			}
		}
		return out
	}
	before := shown()
	calabria := h.toured("18", 2*asu+1000, late)
	after := shown()
	require.Equal(t, before, after)
	for route, raw := range after {
		for name, canary := range calabria {
			if name == "convention_id" || name == "worker_id" || name == "worker_ref" || name == "intake_id" || name == "entity_ref" {
				require.NotContains(t, raw, canary, "%s: %s", route, name)
			}
		}
	}
}
