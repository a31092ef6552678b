package season_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

const golden = "../../../concessions/testdata/season"

func open(t *testing.T) *portal.Book {
	t.Helper()
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	dir := testkit.Folder(t)
	h, err := house.Open(context.Background(), house.Options{DataDir: dir, Addr: "127.0.0.1:0", Log: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	credentials, err := auth.ReadClients(filepath.Join(dir, house.ClientsFile))
	require.NoError(t, err)
	return portal.NewBook(h.URL, credentials)
}

func requireGolden(t *testing.T, out string) {
	t.Helper()
	for _, name := range []string{"workers", "applications", "commitments"} {
		want, err := os.ReadFile(filepath.Join(golden, "expected_"+name+".csv"))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(out, "result_"+name+".csv"))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}

// TestSeason proves the main job: through the gateway, every figure to the cent, and the same again when
// the import is interrupted and started anew.
func TestSeason(t *testing.T) {
	t.Parallel()
	book, out := open(t), t.TempDir()
	interrupted, stop := context.WithCancel(context.Background())
	err := season.Import(interrupted, book, os.DirFS(golden), out, func(done, _ int) {
		if done == 1000 {
			stop()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	for range 2 {
		require.NoError(t, season.Import(context.Background(), book, os.DirFS(golden), out, nil))
		requireGolden(t, out)
	}
}
