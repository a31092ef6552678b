package concessions_test

import "testing"

// offices are the scopes of those who add documents.
const offices = "applications:file applications:protocol applications:examine applications:preside applications:decree"

// allowed has, for each route of the contract, the scopes of which one is enough. A role is a scope.
var allowed = map[string]string{
	"GET /events":                                             "events:read",
	"POST /employers":                                         "applications:file",
	"GET /employers":                                          "applications:read",
	"POST /employers/searches":                                "applications:read",
	"POST /employers/history-searches":                        "applications:read",
	"GET /employers/{employer_id}":                            "applications:read",
	"PUT /employers/{employer_id}":                            "applications:file",
	"POST /workers/history-searches":                          "people:read",
	"POST /applications":                                      "applications:file",
	"GET /applications":                                       "applications:read",
	"GET /applications/{application_id}":                      "applications:read",
	"PUT /applications/{application_id}":                      "applications:file",
	"GET /applications/{application_id}/workers":              "people:read",
	"PUT /applications/{application_id}/workers":              "applications:file",
	"POST /applications/{application_id}/workers":             "applications:file",
	"DELETE /applications/{application_id}/workers/{row}":     "applications:file",
	"GET /applications/{application_id}/failed-rows":          "people:read",
	"GET /applications/{application_id}/documents":            "applications:read",
	"POST /applications/{application_id}/documents":           offices,
	"GET /documents/{document_id}":                            "applications:read",
	"GET /documents/{document_id}/content":                    "people:read",
	"PUT /documents/{document_id}/content":                    offices,
	"GET /applications/{application_id}/transitions":          "applications:read",
	"POST /applications/{application_id}/transitions":         "applications:protocol",
	"POST /applications/{application_id}/examination":         "applications:examine",
	"POST /applications/{application_id}/commitment":          "applications:commit",
	"GET /applications/{application_id}/estimate/explanation": "people:read",
	"GET /applications/{application_id}/balance":              "applications:read",
	"GET /applications/{application_id}/payments":             "applications:read",
	"POST /applications/{application_id}/rectification":       "applications:examine applications:decree",
	"POST /applications/{application_id}/closing":             "applications:decree",
	"POST /decrees/{decree_id}/transmissions":                 "applications:decree",
	"POST /decrees/{decree_id}/revocations":                   "applications:decree",
	"GET /decrees/{decree_id}/receipts":                       "applications:read",
	"POST /inps/receipts":                                     "inps:exchange",
	"POST /inps/authorisations":                               "inps:exchange",
	"POST /inps/payments":                                     "inps:exchange",
	"POST /table-sessions":                                    "applications:preside",
	"GET /table-sessions":                                     "applications:read",
	"GET /table-sessions/{session_id}":                        "applications:read",
	"POST /table-sessions/{session_id}/outcomes":              "applications:preside",
	"POST /decrees":                                           "applications:decree",
	"GET /decrees":                                            "applications:read",
	"GET /decrees/{decree_id}":                                "applications:read",
	"GET /decrees/{decree_id}/applications":                   "applications:read",
	"GET /decrees/{decree_id}/publication":                    "applications:read",
	"POST /decrees/{decree_id}/publication":                   "applications:decree",
	"GET /decrees/{decree_id}/records":                        "inps:exchange",
	"GET /parameters":                                         "applications:read",
	"POST /parameters":                                        "parameters:write",
	"GET /parameters/{key}":                                   "applications:read",
	"GET /plafonds":                                           "plafonds:read",
	"POST /plafonds/assignments":                              "plafonds:assign",
	"POST /plafonds/withdrawals":                              "plafonds:assign",
	"GET /plafonds/{plafond_id}":                              "plafonds:read",
	"GET /plafonds/{plafond_id}/movements":                    "plafonds:read",
}

// TestAuthz_Matrix is row 11 of the catalogue.
func TestAuthz_Matrix(t *testing.T) {
	t.Parallel()
	open(t).toured().RequireAuthz(t)
}
