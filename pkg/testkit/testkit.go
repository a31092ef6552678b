// Package testkit gives each test a PostgreSQL database of its own, cloned from a migrated template.
package testkit

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
)

const servicePassword = "only-for-tests"

type kit struct {
	server    *embedded.Server
	mu        sync.Mutex
	templates map[string]string
	clones    atomic.Int64
}

// serverFolders is how the temporary folders of servers begin.
const serverFolders = "w2w-test-"

// shared starts one server for the whole test binary; it ends with the process, and its data goes with it.
var shared = sync.OnceValues(func() (*kit, error) {
	sweep()
	dir, err := os.MkdirTemp("", serverFolders)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	s, err := embedded.Start(context.Background(), dir)
	if err != nil {
		return nil, err
	}
	reap(dir)
	return &kit{server: s, templates: map[string]string{}}, nil
})

// reap leaves a process behind that removes the data as soon as the server has ended and let go of its lock.
// Where there is no flock, the next test binary sweeps.
func reap(dir string) {
	at := embedded.Folder(dir)
	cmd := exec.Command("flock", filepath.Join(at, embedded.LockName), "rm", "-rf", at, dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	_ = cmd.Start()
}

// sweep removes what killed test binaries left; a young folder may be one that is just being made.
func sweep() {
	old, _ := filepath.Glob(filepath.Join(os.TempDir(), serverFolders+"*"))
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Minute {
			_ = embedded.Discard(dir) // one in use stays
		}
	}
}

// Folder is a data folder for a house of a test's own, which the user of PostgreSQL may enter. It goes with the
// test, so the house must have ended by then.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "w2w-house-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, embedded.Discard(dir)) })
	return dir
}

// Database returns a fresh database with the given migrations, used as the service's role: row-level
// security is real.
func Database(t testing.TB, schema string, sets ...database.Set) *database.DB {
	t.Helper()
	_, service := URLs(t, schema, sets...)
	db, err := database.Open(context.Background(), database.Options{URL: service, Schema: schema, MaxConns: 20})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

// URLs returns the addresses of a fresh database for its owner and for the service's role.
func URLs(t testing.TB, schema string, sets ...database.Set) (admin, service string) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	k, err := shared()
	require.NoError(t, err)
	name := k.clone(t, k.template(t, schema, sets))
	admin = k.url(name, nil)
	return admin, k.url(name, url.UserPassword(roleOf(schema), servicePassword))
}

func roleOf(schema string) string { return "w2w_" + schema }

func (k *kit) url(name string, user *url.Userinfo) string {
	u, err := url.Parse(k.server.URL())
	if err != nil {
		return ""
	}
	u.Path = "/" + name
	if user != nil {
		u.User = user
	}
	return u.String()
}

func (k *kit) template(t testing.TB, schema string, sets []database.Set) string {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	names := []string{schema}
	for _, s := range sets {
		names = append(names, s.Name)
	}
	id := strings.Join(names, "+")
	if name, ok := k.templates[id]; ok {
		return name
	}
	name := fmt.Sprintf("template_%d", len(k.templates))
	k.exec(t, "create database "+name)
	target := database.Target{Schema: schema, Role: roleOf(schema), Password: servicePassword}
	require.NoError(t, database.Migrate(context.Background(), k.url(name, nil), target, sets...))
	k.templates[id] = name
	return name
}

// clone copies a template for one test and drops the copy after it: hundreds of them would fill a disk.
func (k *kit) clone(t testing.TB, template string) string {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	name := fmt.Sprintf("clone_%d", k.clones.Add(1))
	k.exec(t, "create database "+name+" template "+template)
	t.Cleanup(func() { k.exec(t, "drop database "+name+" with (force)") })
	return name
}

func (k *kit) exec(t testing.TB, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), k.server.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), statement)
	require.NoError(t, err)
}
