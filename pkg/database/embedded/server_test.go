package embedded

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	t.Cleanup(func() { require.NoError(t, Discard(dir)) })
	require.Equal(t, 7, ask(t, s, "with made as (select 7 as n) select n from made"))
	create(t, s)
	soon, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_, err = Start(soon, dir)
	require.ErrorIs(t, err, ErrInUse, "a second server on the same data")
	require.ErrorIs(t, Discard(dir), ErrInUse)
	s.Stop()
	again, err := Start(context.Background(), dir)
	require.NoError(t, err)
	require.Equal(t, 7, ask(t, again, "select n from kept"))
	require.Equal(t, s.Dir(), again.Dir())
	again.Stop()
	require.NoError(t, Discard(dir))
	require.NoDirExists(t, s.Dir())
	require.NoDirExists(t, dir)
}

// TestABrokenOffBeginningIsBegunAnew stops a start at moments of its first second; what it leaves must not
// keep the next one from working, also where the path is long and has spaces.
func TestABrokenOffBeginningIsBegunAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("a long name ", 9), "data")
	t.Cleanup(func() { require.NoError(t, Discard(dir)) })
	for _, after := range []int64{5, 60, 150, 400} {
		soon, cancel := context.WithTimeout(context.Background(), time.Duration(after)*time.Millisecond)
		if s, err := Start(soon, dir); err == nil {
			s.Stop()
		}
		cancel()
	}
	s, err := Start(context.Background(), dir)
	require.NoError(t, err)
	defer s.Stop()
	require.Equal(t, 1, ask(t, s, "select 1"))
}

func TestTheFolderOfTheEnvironmentIsTheOnlyOne(t *testing.T) {
	t.Setenv("PGBIN", t.TempDir())
	_, err := Start(context.Background(), t.TempDir())
	require.ErrorContains(t, err, os.Getenv("PGBIN"))
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
