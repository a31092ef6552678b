package fsm

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
)

type row = Row[string, string, string]

func lamp(extra ...row) Table[string, string, string] {
	return New(append([]row{{From: "OFF", Event: "PRESS", To: "ON"}, {From: "ON", Event: "PRESS", To: "OFF"}}, extra...))
}

func TestNextFollowsTheTable(t *testing.T) {
	t.Parallel()
	r, err := lamp().Next("OFF", "PRESS")
	require.NoError(t, err)
	require.Equal(t, "ON", r.To)
}

func TestNextSaysWhatIsAllowed(t *testing.T) {
	t.Parallel()
	_, err := lamp().Next("OFF", "SMASH")
	require.True(t, fault.Is(err, fault.StateConflict))
	require.Equal(t, []string{"PRESS"}, fault.As(err).Extra["allowed"])
}

func TestProblemsNamesDoublesAndIslands(t *testing.T) {
	t.Parallel()
	require.Empty(t, lamp().Problems())
	found := strings.Join(lamp(row{From: "OFF", Event: "PRESS", To: "LOST"}, row{From: "ISLE", Event: "SWIM", To: "ON"}).Problems(), "; ")
	require.Contains(t, found, "OFF by PRESS stands twice")
	require.Contains(t, found, "ISLE can't be reached")
}

func TestMermaidDrawsEveryRow(t *testing.T) {
	t.Parallel()
	require.Equal(t, "stateDiagram-v2\n    [*] --> OFF\n    OFF --> ON: PRESS\n    ON --> OFF: PRESS\n", lamp().Mermaid())
}
