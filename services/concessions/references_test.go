package concessions_test

import "testing"

func TestReferencesAreCheckedByTheirKey(t *testing.T) {
	t.Parallel()
	service.RequireReferencesByKey(t)
}
