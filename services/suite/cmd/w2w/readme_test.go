package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
)

// TestTheCommandsOfTheReadmeWork copies what README.md shows under "By hand" into a shell.
func TestTheCommandsOfTheReadmeWork(t *testing.T) {
	t.Parallel()
	requireTools(t, "curl")
	text, err := os.ReadFile("../../../../README.md")
	require.NoError(t, err)
	_, after, _ := strings.Cut(string(text), "## By hand")
	_, after, _ = strings.Cut(after, "```sh\n")
	commands, _, ok := strings.Cut(after, "```")
	require.True(t, ok)
	require.Equal(t, 4, strings.Count(commands, "curl"))

	dir, addr := folder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, filepath.Join(dir, ".w2w"), addr, "--no-demo").ready(addr)
	shell := exec.CommandContext(t.Context(), "sh", "-e")
	shell.Dir = dir
	shell.Stdin = strings.NewReader(strings.Replace(commands, "127.0.0.1:8080", addr, 1))
	out, err := shell.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), `"items"`)
	require.Contains(t, string(out), `"key":"pool.regions"`)
	require.Contains(t, string(out), `"state":"PRESENTATA"`)
	require.Contains(t, string(out), `"verdict":"ACCEPTED"`)
	house.stops(syscall.SIGTERM)
}

func TestTheReadmeHasEveryCommand(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../README.md")
	require.NoError(t, err)
	listed := strings.ReplaceAll(strings.TrimPrefix(usage, "usage:\n"), "\n  ", "\n")
	require.Contains(t, string(text), strings.TrimPrefix(listed, "  "))
}
