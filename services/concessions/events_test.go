package concessions_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryTypeOfEventIsDescribedAndEmitted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.tour()
	h.RequireEveryEvent(t)
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
