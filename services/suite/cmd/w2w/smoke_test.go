package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/house"
)

// TestSmoke runs it as a cluster does, by address and clients, and with clients that may not.
func TestSmoke(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), testkit.FreeAddress(t)
	process := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	defer process.stops(os.Interrupt)
	clients := filepath.Join(dir, house.ClientsFile)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"smoke", "--gateway", "http://" + addr, "--clients", clients}, &out))
	require.Regexp(t, `^PROVA-[A-Z0-9]{12} of [0-9]{2}: DECRETATA, [1-9][0-9]* cents committed\n$`, out.String())

	known, err := auth.ReadClients(clients)
	require.NoError(t, err)
	few := filepath.Join(dir, "few.json")
	require.NoError(t, auth.WriteClients(few, known[:1]))
	err = run(t.Context(), []string{"smoke", "--gateway", "http://" + addr, "--clients", few}, &out)
	require.Equal(t, refusal, exitCode(err, &bytes.Buffer{}))
	require.ErrorContains(t, err, "applications:decree")
}
