package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/database/embedded"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/portal"
)

// wire stands between a house and its database. While it is cut, what the concessions service commits is stored, but
// the word of it never comes back.
type wire struct {
	to  string
	cut atomic.Bool
}

// open serves the wire and returns its address.
func (w *wire) open(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(client)
		}
	}()
	return l.Addr().String()
}

func (w *wire) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer server.Close()
	first := make([]byte, 1024) // the name of the application is in the first message
	n, err := client.Read(first)
	if err != nil {
		return
	}
	if _, err = server.Write(first[:n]); err != nil {
		return
	}
	go w.back(client, server, bytes.Contains(first[:n], []byte("w2w-concessions")))
	_, _ = io.Copy(server, client)
}

// back carries the server's words until it says that something is committed and the wire is cut.
func (w *wire) back(client, server net.Conn, ours bool) {
	chunk := make([]byte, 1<<16)
	for {
		n, err := server.Read(chunk)
		if ours && w.cut.Load() && bytes.Contains(chunk[:n], []byte("COMMIT\x00")) {
			return // the house waits
		}
		if err == nil {
			_, err = client.Write(chunk[:n])
		}
		if err != nil {
			_ = client.Close()
			return
		}
	}
}

// replays counts the answers that say that they tell of an earlier effect.
type replays struct{ n atomic.Int32 }

// RoundTrip implements http.RoundTripper.
func (r *replays) RoundTrip(q *http.Request) (*http.Response, error) {
	a, err := http.DefaultTransport.RoundTrip(q)
	if err == nil && a.Header.Get("Idempotency-Replayed") == "true" {
		r.n.Add(1)
	}
	return a, err
}

// TestIdem_Crash is row 30 of the catalogue: the house is killed between the commit of a write and its answer. The
// client tries again with the same key as soon as there is a house, and gets the answer of the one effect.
func TestIdem_Crash(t *testing.T) {
	t.Parallel()
	ctx, dir, addr := context.Background(), folder(t), testkit.FreeAddress(t)
	w := &wire{to: managed(t)}
	environ := atDatabase(w.open(t))
	start(t, environ, "migrate").ends(success)
	conn, err := pgx.Connect(ctx, databaseURL(w.to))
	require.NoError(t, err)
	defer conn.Close(ctx)
	run := func() *process {
		return start(t, environ, "run", "--no-demo", "--addr", addr, "--data-dir", dir).ready(addr)
	}
	house := run()
	credentials, err := auth.ReadClients(filepath.Join(dir, "clients.json"))
	require.NoError(t, err)
	seen := &replays{}
	ministry := clientOf(t, "ministry", addr, credentials, seen)
	for n, call := range []portal.Call{
		{Path: "/concessions/v1/plafonds/assignments", Body: map[string]any{"assigned_on": "2010-01-10", "act": "DI 1/2010", "cents": 100}},
		{Path: "/concessions/v1/plafonds/withdrawals", Body: map[string]any{"withdrawn_on": "2010-06-01", "act": "DI 2/2010", "cents": 30}},
	} {
		call.Method, call.Key = http.MethodPost, "crash-"+call.Path
		for name, value := range map[string]any{"administration": "03", "year": 2010, "family": "CIG_DEROGA"} {
			call.Body.(map[string]any)[name] = value
		}
		w.cut.Store(true)
		answered := make(chan error, 1)
		go func() { answered <- ministry.Do(ctx, call) }()
		require.Eventually(t, func() bool { return stored(t, conn, "idempotency_keys where key = '"+call.Key+"'") == 1 }, patience, 10*time.Millisecond, "%s", house.Child)
		require.Empty(t, answered)
		house.Kill()
		w.cut.Store(false)
		house = run()
		require.NoError(t, <-answered, "%s", house.Child)
		require.EqualValues(t, n+1, seen.n.Load(), "the answer is a replay")
		require.Equal(t, n+1, stored(t, conn, "audit_records where action like 'plafond.%'"), "and tells of one effect")
	}
	require.Equal(t, 1, stored(t, conn, "plafond_accounts where assigned_cents = 70"))
	house.stops(syscall.SIGTERM)
}

func stored(t *testing.T, conn *pgx.Conn, what string) (n int) {
	t.Helper()
	_, err := conn.Exec(context.Background(), "set w2w.administration to '*'")
	require.NoError(t, err)
	require.NoError(t, conn.QueryRow(context.Background(), "select count(*) from concessions."+what).Scan(&n))
	return n
}

func clientOf(t *testing.T, id, addr string, credentials []auth.Credential, by http.RoundTripper) *portal.Client {
	t.Helper()
	i := slices.IndexFunc(credentials, func(c auth.Credential) bool { return c.ID == id })
	require.GreaterOrEqual(t, i, 0)
	c, err := portal.New("http://"+addr, credentials[i], &http.Client{Transport: by})
	require.NoError(t, err)
	return c
}

// managed is the address of a PostgreSQL that is not the house's own, with a database whose owner is no superuser.
func managed(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts PostgreSQL")
	}
	ctx := context.Background()
	server, err := embedded.Start(ctx, testkit.Folder(t))
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	conn, err := pgx.Connect(ctx, server.URL())
	require.NoError(t, err)
	defer conn.Close(ctx)
	for _, statement := range []string{"create role owner login createrole password 'x'", "create database managed owner owner"} {
		_, err = conn.Exec(ctx, statement)
		require.NoError(t, err)
	}
	return net.JoinHostPort(conn.Config().Host, strconv.Itoa(int(conn.Config().Port)))
}
