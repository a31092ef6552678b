package lsu_test

import "testing"

// allowed has, for each route of the contract, the scopes of which one is enough. A role is a scope.
var allowed = map[string]string{
	"GET /events":                                       "events:read",
	"POST /entities":                                    "pool:upload",
	"GET /entities":                                     "pool:read",
	"GET /entities/{entity_ref}":                        "pool:read",
	"PUT /entities/{entity_ref}":                        "pool:upload",
	"POST /entity-intakes":                              "pool:upload",
	"POST /conventions":                                 "plafonds:assign",
	"GET /conventions":                                  "pool:read",
	"GET /conventions/{convention_id}":                  "pool:read",
	"POST /conventions/{convention_id}/supplements":     "plafonds:assign",
	"POST /conventions/{convention_id}/reductions":      "plafonds:assign",
	"GET /conventions/{convention_id}/movements":        "plafonds:read",
	"GET /regions/{region}/contact":                     "pool:read",
	"PUT /regions/{region}/contact":                     "months:submit pool:upload",
	"POST /pool-intakes":                                "pool:upload",
	"POST /movement-intakes":                            "pool:upload",
	"POST /payment-intakes":                             "inps:exchange",
	"GET /intakes":                                      "pool:upload inps:exchange",
	"GET /intakes/{intake_id}":                          "pool:upload inps:exchange",
	"GET /intakes/{intake_id}/rows":                     "pool:upload inps:exchange",
	"GET /intakes/{intake_id}/failed-rows":              "people:read",
	"GET /workers":                                      "people:read",
	"POST /workers/searches":                            "people:read",
	"GET /workers/{worker_id}":                          "people:read",
	"GET /movements":                                    "people:read",
	"GET /corrections":                                  "pool:read",
	"GET /months":                                       "pool:read",
	"GET /regions/{region}/months/{month}":              "pool:read",
	"GET /regions/{region}/months/{month}/transitions":  "pool:read",
	"POST /regions/{region}/months/{month}/transitions": "months:submit", // as the example does; months_test.go has the other events
	"GET /regions/{region}/months/{month}/report":       "pool:read",
	"GET /regions/{region}/months/{month}/allowances":   "pool:read",
	"GET /reports":                                      "pool:read",
	"GET /overviews/{year}":                             "pool:read",
	"GET /payments":                                     "pool:read",
	"GET /differences":                                  "pool:read",
	"GET /regions/{region}/projection":                  "pool:read",
	"GET /parameters":                                   "pool:read",
	"POST /parameters":                                  "parameters:write",
	"GET /parameters/{key}":                             "pool:read",
}

// TestAuthz_Matrix is row 11 of the catalogue.
func TestAuthz_Matrix(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.walk(h.tour()).RequireAuthz(t)
}
