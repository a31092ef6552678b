package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/load"
	"w2w/services/suite/internal/portal"
)

// TestLoad keeps a house busy that runs, one that is gone, and one whose clients may not read; what it filed is there.
func TestLoad(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), testkit.FreeAddress(t)
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

	said, say := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(t.Context(), append(args(region), "--for", "5s"), say)
		_ = say.Close()
	}()
	lines := bufio.NewScanner(said)
	require.True(t, lines.Scan(), "the load has begun")
	process.Signal(os.Interrupt)
	var failures, last string
	for lines.Scan() {
		if last = lines.Text(); strings.HasPrefix(last, "failed at ") {
			failures = last
		}
	}
	require.ErrorIs(t, <-ended, load.ErrLost)
	require.NotEmpty(t, failures)
	require.Regexp(t, `^[1-9][0-9]* requests, [1-9][0-9]* failed, `, last)
	process.ends(success)
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
