package concessions_test

import (
	"testing"

	"w2w/services/concessions"
)

// TestStartup is row 38 of the catalogue.
func TestStartup(t *testing.T) {
	t.Parallel()
	program := concessions.Program()
	service.RequireStartup(t, program.Run)
}
