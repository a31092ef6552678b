package season_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/housekit"
	"w2w/services/suite/internal/season"
)

// TestSeason proves the main job: through the gateway, every figure to the cent, and the same again when
// the import is interrupted and started anew.
func TestSeason(t *testing.T) {
	t.Parallel()
	book, out, set := housekit.Open(t), t.TempDir(), housekit.Season
	interrupted, stop := context.WithCancel(context.Background())
	err := season.Import(interrupted, book, os.DirFS(set.Folder), out, func(done, _ int) {
		if done == 1000 {
			stop()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	for range 2 {
		require.NoError(t, season.Import(context.Background(), book, os.DirFS(set.Folder), out, nil))
		set.RequireIn(t, out)
	}
}
