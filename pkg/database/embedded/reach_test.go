package embedded

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// TestAServerIsReachedWhetherItRunsOrNot finds the same data either way, and leaves a server as it found it.
func TestAServerIsReachedWhetherItRunsOrNot(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL")
	}
	t.Parallel()
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "data")
	_, _, err := Reach(ctx, dir)
	require.ErrorIs(t, err, ErrNoServer)
	require.NoDirExists(t, dir)
	s, err := Start(ctx, dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, Discard(dir)) })
	create(t, s)
	reach := func() (release func()) {
		address, release, err := Reach(ctx, dir)
		require.NoError(t, err)
		conn, err := pgx.Connect(ctx, address)
		require.NoError(t, err)
		defer conn.Close(ctx)
		var n int
		require.NoError(t, conn.QueryRow(ctx, "select n from kept").Scan(&n))
		require.Equal(t, 7, n)
		return release
	}
	reach()()
	require.Equal(t, 7, ask(t, s, "select n from kept"), "it still runs")
	s.Stop()
	reach()()
	_, err = os.Stat(filepath.Join(s.Dir(), clusterName, "postmaster.pid"))
	require.ErrorIs(t, err, os.ErrNotExist, "it is stopped again")
}
