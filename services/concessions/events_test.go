package concessions_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryTypeOfEventIsDescribedAndEmitted wants the tour to emit each type that has a schema; that each emitted
// type has one is seen at the end of every test.
func TestEveryTypeOfEventIsDescribedAndEmitted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.tour()
	seen := map[string]bool{}
	for _, e := range h.Emitted() {
		seen[e.Type] = true
	}
	schemas, err := service.Schemas()
	require.NoError(t, err)
	require.ElementsMatch(t, slices.Collect(maps.Keys(schemas)), slices.Collect(maps.Keys(seen)),
		"a type without openapi/events/<type>.json, or a schema whose event tour_test.go does not cause")
}

func TestTheSchemasOfEventsHoldTheirExamplesAndNoPersonalData(t *testing.T) {
	t.Parallel()
	service.RequireSchemas(t)
}

// TestTheWordsOfEventsAreThoseOfTheContract compares the states, which stand in both.
func TestTheWordsOfEventsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	k, err := service.Contract()
	require.NoError(t, err)
	require.Equal(t, k.Doc.Components.Schemas["State"].Value.Enum, service.CommonEnum(t, "state"))
}
