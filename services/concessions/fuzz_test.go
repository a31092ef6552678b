package concessions_test

import (
	"testing"

	"w2w/pkg/testkit/apitest"
)

// TestFuzzAPI is row 25 of the catalogue.
func TestFuzzAPI(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.RequireFuzz(t, apitest.Fuzz{Made: h.tour(), Files: []string{draftList}, Cells: []string{"tax_code", "RSSMRA85T10A562S"},
		Callers: []apitest.Caller{h.as("03", "office").Caller, h.as("03", "examiner").Caller, h.as("07", "stranger").Caller, h.as("*", "ministry").Caller}})
}
