package lsu_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/openapi"
)

func TestTheSchemasOfEventsHoldTheirExamplesAndNoPersonalData(t *testing.T) {
	t.Parallel()
	service.RequireSchemas(t)
}

// TestTheWordsOfEventsAreThoseOfTheContract compares the states and events, which stand in both.
func TestTheWordsOfEventsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	k, err := service.Contract()
	require.NoError(t, err)
	for common, schema := range map[string]string{"worker_state": "WorkerState", "worker_event": "MovementEvent",
		"month_state": "MonthState", "month_event": "MonthEvent"} {
		require.Equal(t, k.Doc.Components.Schemas[schema].Value.Enum, service.CommonEnum(t, common))
	}
}

// TestAnEventTellsNoCauseOfASuspension: it may tell of health. What a movement changes stands in its own event only.
func TestAnEventTellsNoCauseOfASuspension(t *testing.T) {
	t.Parallel()
	const name = "it.w2w.lsu.worker.moved.v1"
	schemas, err := service.Schemas()
	require.NoError(t, err)
	data, err := openapi.Events.ReadFile("events/" + name + ".json")
	require.NoError(t, err)
	var document struct{ Examples []object }
	require.NoError(t, json.Unmarshal(data, &document))
	own := map[any]string{"EXIT": "exit_cause", "TRANSFER": "to_entity", "CHANGE_HOURS": "weekly_hours"}
	more := object{"exit_cause": "MALATTIA", "cause": "MALATTIA", "to_entity": "E1", "weekly_hours": 20}
	for _, example := range document.Examples {
		right := example["data"].(object)
		for field, value := range more {
			changed := maps.Clone(right)
			if changed[field] = value; field == own[right["event"]] {
				delete(changed, field)
			}
			example["data"] = changed
			require.Error(t, schemas[name].Validate(example), "%v %s", right["event"], field)
		}
	}
}
