package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// keys runs `w2w keys` and returns what it says and its exit code.
func keys(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out, problems bytes.Buffer
	code := exitCode(run(t.Context(), append([]string{"keys"}, args...), &out), &problems)
	return out.String() + problems.String(), code
}

func TestKeysAreTurnedFromTheShell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := auth.OpenOrMakeRing(dir)
	require.NoError(t, err)
	old := first.Active().ID
	said, code := keys(t, "prepare", "--dir", dir)
	require.Equal(t, success, code, said)
	next := strings.TrimPrefix(strings.TrimSpace(said), "announced ")
	said, code = keys(t, "promote", "--dir", dir)
	require.Equal(t, refusal, code)
	require.Contains(t, said, "may sign from", "announced less than a day ago")
	yesterday := time.Now().Add(-25 * time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "next.pem"), yesterday, yesterday))
	said, code = keys(t, "promote", "--dir", dir)
	require.Equal(t, success, code, said)
	require.Regexp(t, `(?s)active +`+next+` since .*\nretired +`+old+` since .*may be swept from`, said)
	said, _ = keys(t, "sweep", "--dir", dir)
	require.Equal(t, "swept 0\n", said)
	require.NoError(t, os.Chtimes(filepath.Join(dir, "retired-"+old+".pem"), yesterday, yesterday))
	said, _ = keys(t, "sweep", "--dir", dir)
	require.Equal(t, "swept 1\n", said)
}

func TestAStolenKeyIsDroppedFromTheShell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ring, err := auth.OpenOrMakeRing(dir)
	require.NoError(t, err)
	stolen := ring.Active().ID
	said, code := keys(t, "drop", stolen, "--dir", dir)
	require.Equal(t, refusal, code)
	require.Contains(t, said, "can't be dropped")
	for _, step := range [][]string{{"prepare", "--dir", dir}, {"promote", "--force", "--dir", dir}, {"drop", "--dir", dir, "--", stolen}} {
		said, code := keys(t, step...)
		require.Equal(t, success, code, said)
	}
	require.NoError(t, ring.Reload())
	require.Len(t, ring.Public().Keys, 1)
	require.NotEqual(t, stolen, ring.Active().ID)
}

func TestANewRingBeginsByForce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, code := keys(t, "list", "--dir", dir)
	require.Equal(t, failure, code)
	_, code = keys(t, "prepare", "--dir", dir)
	require.Equal(t, success, code)
	said, code := keys(t, "promote", "--force", "--dir", dir)
	require.Equal(t, success, code, said)
	_, err := auth.OpenRing(dir)
	require.NoError(t, err)
}

func TestKeysRefusesWrongArguments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, args := range [][]string{{"turn"}, {"list"}, {"list", "--dir", dir + "/none"}, {"drop", "--dir", dir}, {"drop", "unknown-key", "--dir", dir},
		{"promote", "--dir", dir, "--announce", "5m"}, {"promote", "--dir", dir}} {
		said, code := keys(t, args...)
		require.NotEqual(t, success, code, "%v: %s", args, said)
	}
}
