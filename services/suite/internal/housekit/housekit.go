// Package housekit opens houses for tests, and holds what imports write against what is expected.
package housekit

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
)

// Open starts a house for the test and returns the clients that it has.
func Open(t testing.TB) *portal.Book {
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

// Set is a set of files with what has to come of it.
type Set struct {
	Folder string
	Parts  []string // expected_<part>.csv, result_<part>.csv
}

// Season is the season of 400 applications, and Pool the pool of nine Regions; the folders are those of the services
// as seen from a package of this one that lies two deep.
var (
	Season = Set{"../../../concessions/testdata/season", []string{"workers", "applications", "commitments"}}
	Pool   = Set{"../../../lsu/testdata/lsu-pool", []string{"pool", "movements", "reports", "corrections"}}
)

// RequireIn wants the results in the folder equal, byte for byte.
func (s Set) RequireIn(t testing.TB, out string) {
	t.Helper()
	for _, name := range s.Parts {
		want, err := os.ReadFile(filepath.Join(s.Folder, "expected_"+name+".csv"))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(out, "result_"+name+".csv"))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}
