package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/load"
	"w2w/services/suite/internal/portal"
)

// TestLoad keeps a house busy that runs, one that is gone, and one whose clients may not read; what it filed is there.
func TestLoad(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), freeAddress(t)
	process := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	clients := filepath.Join(dir, house.ClientsFile)
	known, err := auth.ReadClients(clients)
	require.NoError(t, err)
	region, nobody := filepath.Join(dir, "region.json"), filepath.Join(dir, "nobody.json")
	require.NoError(t, auth.WriteClients(region, known[:5]))
	require.NoError(t, auth.WriteClients(nobody, nil))
	args := func(clients string) []string {
		return []string{"load", "--for", "1500ms", "--gateway", "http://" + addr, "--clients", clients}
	}

	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args(region), &out))
	require.Regexp(t, `(?s)^[0-9]+ requests, 0 failed, [^\n]+\n.*[1-9][0-9]* requests, 0 failed, [0-9]+/s, half within [0-9.]+ ms, 99 % within [0-9.]+ ms\n$`, out.String())
	require.Positive(t, drafts(t, "http://"+addr, region))
	require.ErrorIs(t, run(t.Context(), args(nobody), &out), portal.ErrNobody)

	process.stops(os.Interrupt)
	out.Reset()
	require.ErrorIs(t, run(t.Context(), args(region), &out), load.ErrLost)
	require.Regexp(t, `(?s)^failed at .*[1-9][0-9]* requests, [1-9][0-9]* failed, [^\n]+\n$`, out.String())
}

// drafts counts what a region's own client sees of applications that were filed and not submitted.
func drafts(t *testing.T, gateway, clients string) int {
	t.Helper()
	credentials, err := auth.ReadClients(clients)
	require.NoError(t, err)
	readers, err := portal.NewBook(gateway, credentials).Holders("", "applications:read")
	require.NoError(t, err)
	var page struct {
		Items []struct {
			State string `json:"state"`
		} `json:"items"`
	}
	require.NoError(t, readers[0].Once(t.Context(), portal.Call{Method: http.MethodGet, Path: "/concessions/v1/applications?state=BOZZA", Into: &page}))
	return len(page.Items)
}
