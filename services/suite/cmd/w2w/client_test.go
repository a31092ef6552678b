package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/portal"
)

// TestClientsAreRegisteredFromTheShell walks a client from its proposal to its suspension.
func TestClientsAreRegisteredFromTheShell(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, dir, addr, "--no-demo")
	house.says("Stop with Ctrl-C")
	defer house.stops(os.Interrupt)
	shell := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append(append([]string{"client"}, args...), "--data-dir", dir), &out)
		return out.String(), err
	}
	change := func(args ...string) string {
		out, err := shell(args...)
		require.NoError(t, err, out)
		var c struct {
			ID string `json:"change_id"`
		}
		require.NoError(t, json.Unmarshal([]byte(out), &c))
		return c.ID
	}
	made, err := auth.NewCredential("portal-new", "PORTAL", "03")
	require.NoError(t, err)
	body, err := json.Marshal(map[string]any{"client_id": made.ID, "action": "PUT", "base_version": 0, "reason": "agreement",
		"client": map[string]any{"kind": "PORTAL", "administration": "03", "scopes": []string{"applications:read"}, "keys": []any{made.Key.Public()}}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "change.json")
	require.NoError(t, os.WriteFile(file, body, 0o600))

	id := change("propose", file)
	var refused *portal.Refusal
	_, err = shell("approve", id, "--as", "registrar-a")
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "same-actor", refused.Code())
	change("approve", id)
	out, err := shell("list")
	require.NoError(t, err)
	require.Regexp(t, `portal-new +PORTAL +03 +ACTIVE +1\n`, out)

	change("reject", change("suspend", "portal-new", "--reason", "a mistake"), "--reason", "not needed")
	change("approve", change("suspend", "portal-new", "--reason", "the key is lost"))
	out, err = shell("show", "portal-new")
	require.NoError(t, err)
	require.Contains(t, out, `"SUSPENDED"`)
	_, err = shell("show", "nobody")
	require.Equal(t, refusal, exitCode(err, &bytes.Buffer{}))
}
