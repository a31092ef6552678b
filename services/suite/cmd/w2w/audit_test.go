package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/testkit"
)

// TestAuditIsVerifiedOffline keeps a signed checkpoint and an export, then cuts the tail of the chain.
func TestAuditIsVerifiedOffline(t *testing.T) {
	t.Parallel()
	admin, service := testkit.URLs(t, "concessions", audit.Migrations())
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	signed, set := notarised(t, service)
	known := []string{"--keys", write("keys.json", set), "--checkpoint", write("checkpoint", []byte(signed+"\n"))}
	shell := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"audit"}, args...), &out)
		return out.String(), err
	}
	at := []string{"--database-url", service, "--schema", "concessions"}
	out, err := shell(append(append([]string{"verify"}, at...), known...)...)
	require.NoError(t, err)
	require.Contains(t, out, "5 records")
	exported, err := shell(append([]string{"export"}, at...)...)
	require.NoError(t, err)
	_, err = shell(append([]string{"verify", write("export.ndjson", []byte(exported))}, known...)...)
	require.NoError(t, err)

	lines := strings.SplitAfter(exported, "\n")
	_, err = shell(append([]string{"verify", write("cut.ndjson", []byte(strings.Join(lines[:4], "")))}, known...)...)
	require.ErrorContains(t, err, "tail is cut")
	_, err = shell("verify", "--database-url", service, "--schema", "gateway", known[0], known[1], known[2], known[3])
	require.ErrorContains(t, err, "of concessions")
	owner, err := database.Open(t.Context(), database.Options{URL: admin, Schema: "concessions"})
	require.NoError(t, err)
	defer owner.Close()
	_, err = owner.Pool().Exec(t.Context(), "update audit_records set actor = 'other' where id = 2")
	require.NoError(t, err)
	_, err = shell(append([]string{"verify"}, at...)...)
	require.ErrorContains(t, err, "position 2")
	foreign := keySet(t)
	_, err = shell("verify", write("export.ndjson", []byte(exported)), "--keys", write("foreign.json", foreign), known[2], known[3])
	require.ErrorContains(t, err, "signed checkpoint")
	for _, args := range [][]string{{"verify"}, {"export"}, {"verify", "a", "b"}, {"verify", filepath.Join(dir, "nowhere")}, {"verify", write("empty", nil)}} {
		_, err = shell(args...)
		require.ErrorIs(t, err, errUsage, args)
	}
}

// notarised seals five records and returns the signed checkpoint and the key set that verifies it.
func notarised(t *testing.T, url string) (signed string, set []byte) {
	t.Helper()
	db, err := database.Open(t.Context(), database.Options{URL: url, Schema: "concessions"})
	require.NoError(t, err)
	defer db.Close()
	for range 5 {
		require.NoError(t, db.Update(t.Context(), "03", func(tx *database.Tx) error {
			return audit.Append(tx, audit.Record{Action: "x", Subject: "y/1", Administration: "03"})
		}))
	}
	notary, err := audit.OpenNotary("concessions", filepath.Join(t.TempDir(), "audit.pem"), true, clock.System)
	require.NoError(t, err)
	sealed := 0
	require.Eventually(t, func() bool {
		n, err := audit.NewSealer(db).Publish(func(c audit.Checkpoint) { signed = notary.Text(c) }).Seal(t.Context())
		sealed += n
		return err == nil && sealed == 5
	}, patience, redraw)
	keys, err := notary.Keys()
	require.NoError(t, err)
	set, err = json.Marshal(keys)
	require.NoError(t, err)
	return signed, set
}

// keySet is one of somebody else.
func keySet(t *testing.T) []byte {
	t.Helper()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	public, err := key.Public()
	require.NoError(t, err)
	set, err := json.Marshal(auth.JWKS{Keys: []auth.JWK{public}})
	require.NoError(t, err)
	return set
}
