package embedded

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func ask(t *testing.T, s *Server, sql string) (value int) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), s.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(context.Background(), sql).Scan(&value))
	return value
}

func TestDataOutlivesARestartUnderAFolderNobodyElseCanRead(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL")
	}
	t.Parallel()
	private := t.TempDir()
	require.NoError(t, os.Chmod(private, 0o700))
	dir := filepath.Join(private, "data")
	s, err := Start(context.Background(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(s.Dir()) })
	require.Equal(t, 7, ask(t, s, "with made as (select 7 as n) select n from made"))
	create(t, s)
	_, err = Start(context.Background(), dir)
	require.ErrorContains(t, err, "ended at start", "a second server on the same data")
	s.Stop()
	again, err := Start(context.Background(), dir)
	require.NoError(t, err)
	defer again.Stop()
	require.Equal(t, 7, ask(t, again, "select n from kept"))
	require.Equal(t, s.Dir(), again.Dir())
}

func TestReachableNeedsEveryParent(t *testing.T) {
	t.Parallel()
	require.True(t, reachable("/usr/lib"))
	closed := t.TempDir()
	require.NoError(t, os.Chmod(closed, 0o700))
	require.False(t, reachable(closed))
}

func create(t *testing.T, s *Server) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), s.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), "create table kept as select 7 as n")
	require.NoError(t, err)
}
