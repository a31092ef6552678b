package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// TestANewInstallationGetsItsKeys makes everything that the services read from files; a second time changes nothing.
func TestANewInstallationGetsItsKeys(t *testing.T) {
	t.Parallel()
	gate, people, operators := t.TempDir(), t.TempDir(), t.TempDir()
	register := filepath.Join(gate, "clients.json")
	files := []string{register, filepath.Join(gate, "external/active.pem"), filepath.Join(gate, "internal/active.pem"), filepath.Join(gate, "modi/active.pem"),
		filepath.Join(people, "person-aead.json"), filepath.Join(people, "person-mac.json"),
		filepath.Join(operators, "registrar-a.json"), filepath.Join(operators, "registrar-b.json")}
	var before [][]byte
	for range 2 {
		for _, args := range [][]string{{"keys", "init", "--dir", gate}, {"keys", "person-init", "--dir", people},
			{"client", "registrars", "--out", operators, "--register", register}} {
			var out bytes.Buffer
			require.NoError(t, run(t.Context(), args, &out), args)
			require.Contains(t, out.String(), args[len(args)-1])
		}
		var now [][]byte
		for _, f := range files {
			data, err := os.ReadFile(f)
			require.NoError(t, err)
			info, err := os.Stat(f)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f)
			now = append(now, data)
		}
		if before != nil {
			require.Equal(t, before, now)
		}
		before = now
	}
	requireTwoPeople(t, register, operators)
}

// requireTwoPeople holds that each registrar has a key of its own, and the gateway the public parts alone.
func requireTwoPeople(t *testing.T, register, operators string) {
	t.Helper()
	public, err := auth.ReadClients(register)
	require.NoError(t, err)
	require.Len(t, public, 2)
	require.NotEqual(t, public[0].Key, public[1].Key)
	for _, c := range public {
		require.Empty(t, c.Key.D)
		private, err := auth.ReadClients(filepath.Join(operators, c.ID+".json"))
		require.NoError(t, err)
		require.Equal(t, c.Key, private[0].Key.Public())
		_, err = private[0].Assertable()
		require.NoError(t, err)
	}
}

func TestFirstKeysRefuseWrongArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"init"}, {"init", "--dir", t.TempDir() + "/none"}, {"person-init"}} {
		said, code := keys(t, args...)
		require.Equal(t, refusal, code, said)
	}
	var out bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"client", "registrars", "--out", t.TempDir()}, &out), errUsage)
	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "registrar-a.json"), []byte(`{"clients": []}`), 0o600))
	require.ErrorIs(t, run(t.Context(), []string{"client", "registrars", "--out", broken, "--register", broken + "/r.json"}, &out), auth.ErrClients)
}
