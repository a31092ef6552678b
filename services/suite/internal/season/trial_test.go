package season_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/housekit"
	"w2w/services/suite/internal/season"
)

// TestTrialsDoNotMeet runs several on one suite: each commits the same amount, for persons of its own.
func TestTrialsDoNotMeet(t *testing.T) {
	t.Parallel()
	book := housekit.Open(t)
	seen := map[string]bool{}
	var cents int64
	for range 3 {
		made, err := season.Try(context.Background(), book)
		require.NoError(t, err)
		require.Equal(t, "DECRETATA", made.State)
		require.Positive(t, made.CommittedCents)
		if cents == 0 {
			cents = made.CommittedCents
		}
		require.Equal(t, cents, made.CommittedCents)
		require.False(t, seen[made.Application])
		seen[made.Application] = true
	}
}
