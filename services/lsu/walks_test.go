package lsu_test

import (
	"testing"

	"w2w/pkg/testkit/apitest"
	"w2w/services/lsu"
)

func TestEveryTypeOfEventIsDescribedAndEmitted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.tour()
	h.RequireEveryEvent(t)
}

// TestSQLi is row 24 of the catalogue.
func TestSQLi(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	h.as("18", "office").RequireNoInjection(t, apitest.Injection{Table: "workers", Column: "worker_ref", Made: made,
		Searches: map[string]string{"/workers/searches": "tax_code"}, Unsearched: []string{"purpose"}})
}

// TestFuzzAPI is row 25 of the catalogue.
func TestFuzzAPI(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.RequireFuzz(t, apitest.Fuzz{Made: h.tour(), Files: []string{failing(), "movement_ref,worker_ref,event,effective_on\nM1,W180,RESUME,2010-03-01\n"},
		Cells: []string{"worker_ref", "tax_code", "W180", sought, "E18A", "18", "SUSPEND"},
		Callers: []apitest.Caller{h.as("18", "office").Caller, h.as("18", "validator", loader...).Caller, h.as("19", "stranger").Caller,
			h.as("*", "ministry", loader...).Caller, h.as("*", "inps", loader...).Caller}})
}

// TestJSON_Strict is row 19 of the catalogue.
func TestJSON_Strict(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	h.ministry().RequireStrictJSON(t, made)
}

// TestMassAssign is row 13 of the catalogue.
func TestMassAssign(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	h.ministry().RequireNoMassAssignment(t, made, "id", "administration", "state", "version", "verdict", "codes", "month_learned", "late",
		"worker_id", "exited_on", "content_sha256", "closed_on", "committed_cents", "created_at", "recorded_at", "actor")
}

// TestStartup is row 38 of the catalogue.
func TestStartup(t *testing.T) {
	t.Parallel()
	program := lsu.Program()
	service.RequireStartup(t, program.Run)
}

func TestReferencesAreCheckedByTheirKey(t *testing.T) {
	t.Parallel()
	service.RequireReferencesByKey(t)
}
