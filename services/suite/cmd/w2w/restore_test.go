package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
	"w2w/pkg/plafond/plafondtest"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/lsu"
	"w2w/services/suite/internal/housekit"
	"w2w/services/suite/internal/portal"
)

// TestRestore is row 47 of the catalogue, with the commands of docs/operations.md: a house with data of all services is
// dumped while it runs, and restored into a fresh cluster, where every row and what guards
// it is as before, the invariants hold, the frozen reports are what they were, and the services go on.
func TestRestore(t *testing.T) {
	t.Parallel()
	requireTools(t, "pg_dump", "pg_restore")
	dir, addr := folder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	for kind, set := range map[string]string{"season": housekit.Season.Folder, "lsu-pool": housekit.Pool.Folder} {
		require.NoError(t, run(t.Context(), []string{"import", kind, set, "--out", t.TempDir(), "--data-dir", dir}, io.Discard))
	}
	assign(t, dir, addr, "before")
	committed, spent := money(t, bookOf(t, dir, addr))
	url, release, err := embedded.Reach(t.Context(), dir)
	require.NoError(t, err)
	defer release()
	reports := frozen(t, url)
	require.NotEmpty(t, reports)
	whole := contents(t, url)
	dump := filepath.Join(t.TempDir(), "w2w.dump")
	tool(t, "pg_dump", "--format=custom", "--file="+dump, url)
	house.stops(syscall.SIGTERM)

	again := folder(t)
	restoreInto(t, again, dump, reports, whole)
	for _, name := range []string{"keys", "clients.json"} {
		tool(t, "cp", "-a", filepath.Join(dir, name), filepath.Join(again, name))
	}
	next := testkit.FreeAddress(t)
	house = runHouseAt(t, again, next, "--no-demo").ready(next)
	nowCommitted, nowSpent := money(t, bookOf(t, again, next))
	require.Equal(t, []int64{committed, spent}, []int64{nowCommitted, nowSpent})
	goesOn(t, again, next)
	var said strings.Builder
	require.NoError(t, run(t.Context(), []string{"doctor", "--data-dir", again}, &said), "%s", &said)
	house.stops(syscall.SIGTERM)
}

// restoreInto makes a fresh cluster with the data, and holds it to the invariants.
func restoreInto(t *testing.T, dir, dump string, reports, whole map[string]string) {
	t.Helper()
	server, err := embedded.Start(t.Context(), dir)
	require.NoError(t, err)
	defer server.Stop()
	tool(t, "pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--dbname="+server.URL(), dump)
	var said strings.Builder
	at := []string{"--database-url", server.URL()}
	require.ErrorIs(t, run(t.Context(), append([]string{"doctor"}, at...), &said), errIll)
	require.Regexp(t, `fail  transaction ids (concessions|lsu) +[1-9]\d* behind the records`, said.String())
	said.Reset()
	require.NoError(t, run(t.Context(), append([]string{"restored"}, at...), &said))
	require.Regexp(t, `past the records of all services, after [1-9]\d* transactions`, said.String())
	require.Equal(t, reports, frozen(t, server.URL()))
	require.Equal(t, whole, contents(t, server.URL()))
	requireWhole(t, server.URL())
	for _, schema := range []string{concessions.Name, lsu.Name, "gateway"} {
		db, err := database.Open(t.Context(), database.Options{URL: server.URL(), Schema: schema, MaxConns: 2})
		require.NoError(t, err)
		sealed, _, err := audit.Verify(t.Context(), db)
		require.NoError(t, err, schema)
		require.Positive(t, sealed, schema)
		if schema != "gateway" {
			plafondtest.CheckInvariants(t, db)
		}
		db.Close()
	}
}

// frozen are the hashes of the reports by administration and month; each must be that of its content.
func frozen(t *testing.T, url string) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), "select administration || ' ' || month::text, content, content_sha256 from lsu.reports")
	require.NoError(t, err)
	all := map[string]string{}
	var key, kept string
	var content []byte
	_, err = pgx.ForEachRow(rows, []any{&key, &content, &kept}, func() error {
		sum := sha256.Sum256(content)
		require.Equal(t, kept, hex.EncodeToString(sum[:]), key)
		all[key] = kept
		return nil
	})
	require.NoError(t, err)
	return all
}

// assign gives 100 cents under an Idempotency-Key.
func assign(t *testing.T, dir, addr, key string) {
	t.Helper()
	ministry, err := bookOf(t, dir, addr).For("*", "plafonds:assign")
	require.NoError(t, err)
	require.NoError(t, ministry.Do(t.Context(), portal.Call{Method: http.MethodPost, Path: "/concessions/v1/plafonds/assignments", Key: key,
		Body: map[string]any{"administration": "03", "year": 2013, "family": "CIG_DEROGA", "assigned_on": "2013-01-10", "act": "DI 9/2013", "cents": 100}}))
}

// goesOn wants a key of before to have no second effect, and a new act to have its event and its link in the chain.
func goesOn(t *testing.T, dir, addr string) {
	t.Helper()
	assign(t, dir, addr, "before")
	assign(t, dir, addr, "after")
	url, release, err := embedded.Reach(t.Context(), dir)
	require.NoError(t, err)
	defer release()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.Eventually(t, func() bool {
		var open int
		err := conn.QueryRow(t.Context(), `select count(*) from concessions.audit_records r
			where not exists (select from concessions.audit_chain c where c.record_id = r.id)`).Scan(&open)
		return err == nil && open == 0
	}, patience, 50*time.Millisecond)
	var assigned int64
	require.NoError(t, conn.QueryRow(t.Context(), `select assigned_cents from concessions.plafond_accounts where administration = '03' and year = 2013
		and family = 'CIG_DEROGA'`).Scan(&assigned))
	require.EqualValues(t, 200, assigned)
	var last bool
	require.NoError(t, conn.QueryRow(t.Context(), `select id = (select max(id) from concessions.audit_records) from concessions.audit_records
		where id = (select record_id from concessions.audit_chain order by position desc limit 1)`).Scan(&last))
	require.True(t, last, "the newest record is the head of the chain")
}

func tool(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = os.Environ()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s: %s", name, out)
}
