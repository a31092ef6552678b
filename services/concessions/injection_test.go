package concessions_test

import (
	"testing"

	"w2w/pkg/testkit/apitest"
)

// TestSQLi is row 24 of the catalogue.
func TestSQLi(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	h.as("03", "office").RequireNoInjection(t, apitest.Injection{Table: "applications", Column: "application_ref", Made: made,
		Searches: map[string]string{"/workers/history-searches": "tax_code", "/employers/history-searches": "tax_code", "/employers/searches": "name"}})
}
