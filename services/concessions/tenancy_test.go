package concessions_test

import (
	"testing"

	"w2w/pkg/testkit/apitest"
)

// reaches has a decision for each route of the contract. A new route needs one, and what it reads must be made by
// tour (tour_test.go), under the name that its id has in the path.
var reaches = map[string]apitest.Reach{
	"GET /status":                                             apitest.National,
	"GET /events":                                             apitest.OwnList,
	"POST /employers":                                         apitest.Creates, // the registry of employers is national
	"GET /employers":                                          apitest.National,
	"POST /employers/searches":                                apitest.National,
	"POST /employers/history-searches":                        apitest.Search,
	"GET /employers/{employer_id}":                            apitest.National,
	"PUT /employers/{employer_id}":                            apitest.National,
	"POST /workers/history-searches":                          apitest.Search,
	"POST /applications":                                      apitest.Creates,
	"GET /applications":                                       apitest.OwnList,
	"GET /applications/{application_id}":                      apitest.OwnItem,
	"PUT /applications/{application_id}":                      apitest.OwnWrite,
	"GET /applications/{application_id}/workers":              apitest.OwnItem,
	"PUT /applications/{application_id}/workers":              apitest.OwnWrite,
	"POST /applications/{application_id}/workers":             apitest.OwnWrite,
	"DELETE /applications/{application_id}/workers/{row}":     apitest.OwnWrite,
	"GET /applications/{application_id}/failed-rows":          apitest.OwnItem,
	"GET /applications/{application_id}/documents":            apitest.OwnItem,
	"POST /applications/{application_id}/documents":           apitest.OwnWrite,
	"GET /documents/{document_id}":                            apitest.OwnItem,
	"GET /documents/{document_id}/content":                    apitest.OwnItem,
	"PUT /documents/{document_id}/content":                    apitest.OwnWrite,
	"GET /applications/{application_id}/transitions":          apitest.OwnItem,
	"POST /applications/{application_id}/transitions":         apitest.OwnWrite,
	"POST /applications/{application_id}/examination":         apitest.OwnWrite,
	"POST /applications/{application_id}/commitment":          apitest.OwnWrite,
	"GET /applications/{application_id}/estimate/explanation": apitest.OwnItem,
	"GET /applications/{application_id}/balance":              apitest.OwnItem,
	"GET /applications/{application_id}/payments":             apitest.OwnItem,
	"POST /applications/{application_id}/rectification":       apitest.OwnWrite,
	"POST /applications/{application_id}/closing":             apitest.OwnWrite,
	"POST /decrees/{decree_id}/transmissions":                 apitest.OwnWrite,
	"POST /decrees/{decree_id}/revocations":                   apitest.OwnWrite,
	"GET /decrees/{decree_id}/receipts":                       apitest.OwnItem,
	"POST /inps/receipts":                                     apitest.OwnWrite,
	"POST /inps/authorisations":                               apitest.OwnWrite,
	"POST /inps/payments":                                     apitest.OwnWrite,
	"POST /table-sessions":                                    apitest.OwnWrite,
	"GET /table-sessions":                                     apitest.OwnList,
	"GET /table-sessions/{session_id}":                        apitest.OwnItem,
	"POST /table-sessions/{session_id}/outcomes":              apitest.OwnWrite,
	"POST /decrees":                                           apitest.OwnWrite,
	"GET /decrees":                                            apitest.OwnList,
	"GET /decrees/{decree_id}":                                apitest.OwnItem,
	"GET /decrees/{decree_id}/applications":                   apitest.OwnItem,
	"GET /decrees/{decree_id}/publication":                    apitest.OwnItem,
	"POST /decrees/{decree_id}/publication":                   apitest.OwnWrite,
	"GET /decrees/{decree_id}/records":                        apitest.OwnItem,
	"GET /parameters":                                         apitest.National,
	"POST /parameters":                                        apitest.Creates, // parameters are national; only the Ministry's clients have the scope
	"GET /parameters/{key}":                                   apitest.National,
	"GET /plafonds":                                           apitest.OwnList,
	"POST /plafonds/assignments":                              apitest.Creates,
	"POST /plafonds/withdrawals":                              apitest.Creates, // for an administration, as an assignment
	"GET /plafonds/{plafond_id}":                              apitest.OwnItem,
	"GET /plafonds/{plafond_id}/movements":                    apitest.OwnItem,
}

// toured is what a walk through all routes needs, after the tour.
func (h *house) toured() apitest.Walk {
	h.t.Helper()
	return apitest.Walk{House: h.House, Reaches: reaches, Allowed: allowed, Made: h.tour(), Nobody: map[string]string{"key": "share.nobody"},
		Owner: h.as("03", "office").Caller, Stranger: h.as("07", "stranger").Caller, Centre: h.as("*", "ministry").Caller}
}

func TestEveryRouteHasADecisionOnItsReach(t *testing.T) {
	t.Parallel()
	apitest.Walk{House: open(t).House, Reaches: reaches}.RequireDecisions(t)
}

func TestTenancy(t *testing.T) {
	t.Parallel()
	open(t).toured().RequireTenancy(t)
}
