package main

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/database/embedded"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/portal"
)

const (
	asCommand = "w2w"
	patience  = 90 * time.Second
	stopLimit = 10 * time.Second
)

func TestMain(m *testing.M) { testkit.Programs{asCommand: main}.Main(m) }

// process is the command, running.
type process struct {
	*testkit.Child

	t *testing.T
}

func start(t *testing.T, environ []string, args ...string) *process {
	t.Helper()
	return &process{testkit.LaunchWith(t, asCommand, environ, args...), t}
}

// says waits for a text in the output.
func (p *process) says(text string) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { return strings.Contains(p.Said(), text) }, patience, 10*time.Millisecond, "%s not in: %s", text, p.Child)
}

// ends waits for the end and wants the exit code.
func (p *process) ends(code int) {
	p.t.Helper()
	require.Equal(p.t, code, p.Exit(patience), p.Said())
}

// stops wants a good end within the limit after the signal.
func (p *process) stops(signal os.Signal) {
	p.t.Helper()
	began := time.Now()
	p.Signal(signal)
	p.ends(success)
	require.Less(p.t, time.Since(began), stopLimit)
	p.t.Logf("stopped after %v", time.Since(began))
}

// requireTools fails where a program is missing that a document has its reader type.
func requireTools(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		_, err := exec.LookPath(tool)
		require.NoError(t, err, "%s is missing: make setup, as root, installs it", tool)
	}
}

// folder is where a house keeps its data: a long path with spaces.
func folder(t *testing.T) string {
	t.Helper()
	return inside(t, testkit.Folder(t))
}

// closedFolder lies where no other user can enter.
func closedFolder(t *testing.T) string {
	t.Helper()
	return inside(t, t.TempDir())
}

func inside(t *testing.T, root string) string {
	t.Helper()
	dir := filepath.Join(root, strings.Repeat("a long name ", 9), "data")
	t.Cleanup(func() { require.NoError(t, embedded.Discard(dir)) })
	return dir
}

func runHouseAt(t *testing.T, dir, addr string, more ...string) *process {
	t.Helper()
	return start(t, nil, append([]string{"run", "--data-dir", dir, "--addr", addr}, more...)...)
}

// ready waits until the house answers that it is.
func (p *process) ready(addr string) *process {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		r, err := http.Get("http://" + addr + "/readyz")
		if err != nil {
			return false
		}
		defer r.Body.Close()
		return r.StatusCode == http.StatusOK
	}, patience, 20*time.Millisecond, "%s", p.Child)
	return p
}

// requireNoPostgres wants every process of the folder's PostgreSQL gone, soon.
func requireNoPostgres(t *testing.T, dir string, within time.Duration) {
	t.Helper()
	cluster, err := filepath.EvalSymlinks(filepath.Join(embedded.Folder(dir), "main"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		running, err := filepath.Glob("/proc/[0-9]*/cwd")
		for _, p := range running {
			if at, _ := os.Readlink(p); at == cluster {
				return false
			}
		}
		return err == nil
	}, within, 10*time.Millisecond)
}

func bookOf(t *testing.T, dir, addr string) *portal.Book {
	t.Helper()
	credentials, err := auth.ReadClients(filepath.Join(dir, "clients.json"))
	require.NoError(t, err)
	return portal.NewBook("http://"+addr, credentials)
}

// money is what the plafonds of a house have committed and spent.
func money(t *testing.T, book *portal.Book) (committed, spent int64) {
	t.Helper()
	ministry, err := book.For(auth.AllAdministrations, "plafonds:assign")
	require.NoError(t, err)
	var all struct {
		Items []struct {
			Committed int64 `json:"committed_cents"`
			Spent     int64 `json:"spent_cents"`
		} `json:"items"`
	}
	require.NoError(t, ministry.Do(context.Background(), portal.Call{Method: http.MethodGet, Path: "/concessions/v1/plafonds", Into: &all}))
	for _, b := range all.Items {
		committed, spent = committed+b.Committed, spent+b.Spent
	}
	return committed, spent
}

// atDatabase is the environment of a house on a database of somebody else.
func atDatabase(address string) []string {
	return []string{"W2W_DATABASE_URL=" + databaseURL(address), "W2W_GATEWAY_ROLE_PASSWORD=one", "W2W_CONCESSIONS_ROLE_PASSWORD=two", "W2W_LSU_ROLE_PASSWORD=three"}
}

func databaseURL(address string) string {
	return "postgres://owner:x@" + address + "/managed?sslmode=disable"
}
