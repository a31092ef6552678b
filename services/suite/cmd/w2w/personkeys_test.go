package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/person"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/lsu"
)

// TestTheKeyOfPersonsIsTurnedFromTheShell follows docs/operations.md with an empty database for each service.
func TestTheKeyOfPersonsIsTurnedFromTheShell(t *testing.T) {
	t.Parallel()
	_, address := testkit.URLs(t, concessions.Name, concessions.Migrations()...)
	_, pool := testkit.URLs(t, lsu.Name, lsu.Migrations()...)
	dir := t.TempDir()
	db, err := database.Open(t.Context(), database.Options{URL: address, Schema: concessions.Name})
	require.NoError(t, err)
	defer db.Close()
	s, err := concessions.New(t.Context(), concessions.Config{PersonKeys: dir, MakeKeys: true},
		concessions.Deps{DB: db, Log: zap.NewNop(), Clock: clock.System, Metrics: prometheus.NewRegistry()})
	require.NoError(t, err)
	defer s.Close()
	listed, code := keys(t, "person-list", "--dir", dir)
	require.Equal(t, success, code, listed)
	require.Regexp(t, `^active +\d+\n$`, listed)
	old := strings.Fields(listed)[1]
	said, code := keys(t, "person-promote", "--dir", dir)
	require.Equal(t, refusal, code, said)
	databases := []string{"--database-url", "concessions=" + address, "--database-url", "lsu=" + pool}
	at := append([]string{"--dir", dir}, databases...)
	said, code = keys(t, "person-drop", old, "--dir", dir)
	require.Equal(t, refusal, code, "not without the database: %s", said)
	prepared, code := keys(t, "person-prepare", "--dir", dir)
	require.Equal(t, success, code, prepared)
	next := strings.TrimPrefix(strings.TrimSpace(prepared), "prepared ")
	said, code = keys(t, append([]string{"person-drop", "none"}, at...)...)
	require.Equal(t, refusal, code, said)
	said, code = keys(t, "person-promote", "--dir", dir)
	require.Equal(t, success, code, said)
	listed, _ = keys(t, "person-list", "--dir", dir)
	require.Equal(t, fmt.Sprintf("old      %s\nactive   %s\n", old, next), listed)
	said, code = keys(t, append([]string{"person-drop", next}, at...)...)
	require.Equal(t, refusal, code, said)
	var out strings.Builder
	require.NoError(t, run(t.Context(), append([]string{"rekey", "people", "--person-keys", dir}, databases...), &out))
	require.Equal(t, "sealed 0 again, all are under the active key\n", out.String())
	require.ErrorIs(t, run(t.Context(), append([]string{"rekey", "people", "--person-keys", dir}, databases[:2]...), &out), errUsage, "not all of them")
	require.ErrorIs(t, run(t.Context(), []string{"rekey", "people", "--person-keys", dir}, &out), errUsage)
	said, code = keys(t, append([]string{"person-drop", old}, at...)...)
	require.Equal(t, refusal, code, "a process may still seal by it: %s", said)
	settled(t, dir)
	said, code = keys(t, append([]string{"person-drop", old}, at...)...)
	require.Equal(t, success, code, said)
	listed, _ = keys(t, "person-list", "--dir", dir)
	require.Equal(t, fmt.Sprintf("active   %s\n", next), listed)
}

// settled lets the time pass in which every process follows the change of the keys in a folder.
func settled(t *testing.T, dir string) {
	t.Helper()
	long := time.Now().Add(-2 * person.Settle)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "person-aead.json"), long, long))
}
