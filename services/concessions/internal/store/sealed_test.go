package store

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestPlacesStayAsTheyWereWritten holds what stored ciphertexts are bound to: with another text none of them opens.
func TestPlacesStayAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("0192f0c4-7a55-7cc1-9f3a-5d1d6f0a9b10")
	require.Equal(t, "application_workers/03/0192f0c4-7a55-7cc1-9f3a-5d1d6f0a9b10/7", string(sealedWorkers.Place("03", id, 7)))
	require.Equal(t, "unread_rows/MLPS/0192f0c4-7a55-7cc1-9f3a-5d1d6f0a9b10/0", string(sealedUnread.Place("MLPS", id, 0)))
	require.Equal(t, "document_contents/03/0192f0c4-7a55-7cc1-9f3a-5d1d6f0a9b10", string(sealedDocuments.Place("03", id, 0)))
}
