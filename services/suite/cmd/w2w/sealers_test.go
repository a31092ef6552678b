package main

import (
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database/embedded"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/suite/internal/housekit"
)

// TestTheKeyOfPersonsIsTurnedInAHouse seals again beside a house that runs, and drops the old key when it is stopped.
func TestTheKeyOfPersonsIsTurnedInAHouse(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	require.NoError(t, run(t.Context(), []string{"import", "lsu-pool", housekit.Pool.Folder, "--out", t.TempDir(), "--data-dir", dir}, io.Discard))
	at := []string{"--dir", filepath.Join(dir, "keys")}
	listed, code := keys(t, append([]string{"person-list"}, at...)...)
	require.Equal(t, success, code, listed)
	old := strings.Fields(listed)[1]
	for _, step := range []string{"person-prepare", "person-promote"} {
		said, code := keys(t, append([]string{step}, at...)...)
		require.Equal(t, success, code, said)
	}
	rekey := func() string {
		var out strings.Builder
		require.NoError(t, run(t.Context(), []string{"rekey", "people", "--data-dir", dir}, &out))
		return out.String()
	}
	require.Regexp(t, `^sealed [1-9]\d{3,} again, all are under the active key\n$`, rekey(), "the pool's")
	house.stops(syscall.SIGTERM)
	require.Equal(t, "sealed 0 again, all are under the active key\n", rekey())
	settled(t, filepath.Join(dir, "keys"))
	said, code := keys(t, "person-drop", old, "--data-dir", dir)
	require.Equal(t, []any{success, "dropped " + old + "\n"}, []any{code, said})
	requireNoPostgres(t, dir, patience)
	require.FileExists(t, filepath.Join(dir, "keys", "person-aead.json"))
}

func TestWhereServicesSealIsSaidOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{
		{"--data-dir", dir, "--database-url", "postgres://nowhere"}, {"--data-dir", dir, "--person-keys", dir}, {"--person-keys", dir}, {},
		{"--data-dir", dir, "--person-keys", dir, "--database-url", "postgres://nowhere"}, {"--person-keys", dir, "--database-url", "concessions="},
	} {
		err := run(t.Context(), append([]string{"rekey", "people"}, args...), io.Discard)
		require.ErrorIs(t, err, errUsage, "%q", args)
		require.ErrorContains(t, err, "say what is sealed", "%q", args)
	}
	err := run(t.Context(), []string{"rekey", "people", "--data-dir", dir}, io.Discard)
	require.ErrorIs(t, err, errUsage)
	require.ErrorIs(t, err, embedded.ErrNoServer)
	require.NoDirExists(t, filepath.Join(dir, "postgres"), "none is made")
	one := addresses{}
	require.NoError(t, one.add("postgres://all"))
	require.NoError(t, one.add("concessions=postgres://own?a=b"))
	require.Equal(t, "postgres://own?a=b", one.of(sealer{name: concessions.Name}))
	require.Equal(t, "postgres://all", one.of(sealer{name: "another"}))
}
