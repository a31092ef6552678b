package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/portal"
)

// TestLoad reads from a house that runs, from one that is gone, and with clients that may not read.
func TestLoad(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), freeAddress(t)
	process := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	clients := filepath.Join(dir, house.ClientsFile)
	known, err := auth.ReadClients(clients)
	require.NoError(t, err)
	one, nobody := filepath.Join(dir, "one.json"), filepath.Join(dir, "nobody.json")
	require.NoError(t, auth.WriteClients(one, known[:1]))
	require.NoError(t, auth.WriteClients(nobody, nil))
	args := func(clients string) []string {
		return []string{"load", "--for", "1500ms", "--gateway", "http://" + addr, "--clients", clients}
	}

	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args(one), &out))
	require.Regexp(t, `(?s)^[0-9]+ requests, 0 failed\n.*[1-9][0-9]* requests, 0 failed\n$`, out.String())
	require.ErrorIs(t, run(t.Context(), args(nobody), &out), portal.ErrNobody)

	process.stops(os.Interrupt)
	out.Reset()
	require.ErrorIs(t, run(t.Context(), args(one), &out), errLost)
	require.Regexp(t, `(?s)^failed at .*[1-9][0-9]* requests, [1-9][0-9]* failed\n$`, out.String())
}
