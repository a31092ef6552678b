package domain

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCellsComeBackAsTheyWerePacked(t *testing.T) {
	t.Parallel()
	before := Cells{}
	for _, cells := range []map[string]string{
		{"worker_ref": "W1", "cause": "", "to_entity": "\"a\",\n[b] è\x1f"}, {"worker_ref": "W2", "cause": "X", "to_entity": ""},
		{"worker_ref": "W3"}, {"worker_ref": "W4", "event": "EXIT"}, {}, {"worker_ref": "W5", "cause": "", "to_entity": "E1"},
	} {
		packed, err := PackCells(cells, before)
		require.NoError(t, err)
		unpacked, err := packed.Unpack()
		require.NoError(t, err)
		require.Equal(t, cells, unpacked)
		before = packed
	}
	none, err := Cells{}.Unpack()
	require.NoError(t, err)
	require.Empty(t, none)
}
