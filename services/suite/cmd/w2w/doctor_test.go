package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database/embedded"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/housekit"
)

func doctorSays(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out strings.Builder
	err := run(t.Context(), append([]string{"doctor"}, args...), &out)
	return out.String(), err
}

// ailments are ways to break a deployment, how to heal it, and what is said of it.
var ailments = []struct{ spoil, heal, says string }{
	{"alter role w2w_lsu superuser", "alter role w2w_lsu nosuperuser", "fail  role w2w_lsu"},
	{"alter role w2w_gateway bypassrls", "alter role w2w_gateway nobypassrls", "fail  role w2w_gateway"},
	{"alter role w2w_lsu createdb", "alter role w2w_lsu nocreatedb", "warn  role w2w_lsu"},
	{"alter table lsu.months owner to w2w_lsu", "alter table lsu.months owner to app", "owns 1 tables"},
	{"alter table lsu.months no force row level security", "alter table lsu.months force row level security", "fail  row security lsu"},
	{"insert into lsu.goose_lsu (version_id, is_applied) values (98, true); insert into lsu.schema_needs values ('lsu', 98)",
		"delete from lsu.schema_needs; delete from lsu.goose_lsu where version_id = 98", "it asks for 98"},
	{"insert into lsu.audit_records (at, action, subject, administration, client, actor, purpose, txn, detail) values (now() - interval '1 day', '', '', '', '', '', '', '', '{}')",
		"delete from lsu.audit_records where at < now() - interval '20 hours'", "fail  audit chain lsu"},
	{"insert into lsu.outbox (xid, event_id, type, subject, administration, data) values ('999999999', gen_random_uuid(), '', '', '*', '{}')",
		"delete from lsu.outbox where xid = '999999999'", "fail  transaction ids lsu"},
}

// TestDoctorFindsWhatIsBroken examines a house that is well, then with one thing broken after another.
func TestDoctorFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	said, err := doctorSays(t, "--data-dir", dir)
	require.NoError(t, err, said)
	require.NotContains(t, said, "fail  ")
	raw, err := doctorSays(t, "--data-dir", dir, "--json")
	require.NoError(t, err)
	var doc struct{ OK, Fail int }
	require.NoError(t, json.Unmarshal([]byte(raw), &doc))
	require.Greater(t, doc.OK, 30)
	house.stops(syscall.SIGTERM)
	said, err = doctorSays(t, "--data-dir", dir)
	require.ErrorIs(t, err, errIll, "nobody answers at the gateway")
	require.Contains(t, said, "fail  gateway")
	server, err := embedded.Start(t.Context(), dir)
	require.NoError(t, err)
	defer server.Stop()
	sickServer(t, server.URL())
	require.NoError(t, os.Chmod(filepath.Join(dir, "keys", "external", "active.pem"), 0o644))
	require.NoError(t, os.Remove(filepath.Join(dir, "keys", "person-mac.json")))
	said, err = doctorSays(t, "--database-url", server.URL(), "--key-dir", filepath.Join(dir, "keys"), "--person-keys", filepath.Join(dir, "keys"),
		"--jwks", "http://127.0.0.1:1/keys", "--ready", "http://127.0.0.1:1")
	require.ErrorIs(t, err, errIll)
	for _, line := range []string{"active.pem can be read by everybody", "fail  keys of persons", "fail  keys at http://127.0.0.1:1/keys", "fail  ready http://127.0.0.1:1"} {
		require.Contains(t, said, line)
	}
}

func sickServer(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for _, a := range ailments {
		_, err := conn.Exec(t.Context(), a.spoil)
		require.NoError(t, err, a.spoil)
		said, err := doctorSays(t, "--database-url", url)
		require.Equal(t, strings.Contains(said, "fail  "), errors.Is(err, errIll))
		require.Contains(t, said, a.says, a.spoil)
		_, err = conn.Exec(t.Context(), a.heal)
		require.NoError(t, err, a.heal)
		said, err = doctorSays(t, "--database-url", url)
		require.NoError(t, err, "%s\n%s", a.heal, said)
	}
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		_, err := conn.Exec(t.Context(), "alter database w2w reset all")
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "alter system set "+name+" = off")
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "select pg_reload_conf(), pg_sleep(0.3)")
		require.NoError(t, err)
		said, err := doctorSays(t, "--database-url", url)
		require.ErrorIs(t, err, errIll)
		require.Contains(t, said, "set "+name+" = on")
		_, err = conn.Exec(t.Context(), "alter system reset "+name)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "select pg_reload_conf(), pg_sleep(0.3)")
		require.NoError(t, err)
	}
}

// TestSupportTellsNothingOfPersons imports persons, names canaries in the log and in settings, and looks for them.
func TestSupportTellsNothingOfPersons(t *testing.T) {
	t.Parallel()
	const canary = "RSSMRA85T10A562S"
	dir, addr := folder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	require.NoError(t, run(t.Context(), []string{"import", "lsu-pool", housekit.Pool.Folder, "--out", t.TempDir(), "--data-dir", dir}, io.Discard))
	log, err := os.OpenFile(filepath.Join(dir, "w2w.log"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = log.WriteString(`{"msg":"` + canary + ` postgres://me:hunter2@db/w2w"}` + "\nplain text of Mario Canarino\n")
	require.NoError(t, err)
	require.NoError(t, log.Close())
	out := filepath.Join(t.TempDir(), "support.tar.gz")
	start(t, []string{"W2W_CANARY_PASSWORD=hunter2", "W2W_LOG_LEVEL=info"}, "support", "--out", out, "--data-dir", dir).ends(success)
	house.stops(syscall.SIGTERM)
	parts := unpack(t, out)
	all := strings.Join([]string{parts["version.txt"], parts["environment.txt"], parts["doctor.json"], parts["database.json"], parts["metrics.txt"], parts["log.txt"]}, "\n")
	for _, secret := range []string{canary, "hunter2", "Canarino", "-----BEGIN"} {
		require.NotContains(t, all, secret)
	}
	persons, err := os.ReadFile(filepath.Join(housekit.Pool.Folder, "pool.csv"))
	require.NoError(t, err)
	lines, looked := strings.Split(string(persons), "\n"), 0
	for _, line := range lines[1 : len(lines)-1] {
		for _, personal := range strings.Split(line, ",")[1:3] { // tax code and family name
			if len(personal) > 5 { // some rows are faulty on purpose
				require.False(t, strings.Contains(all, personal), personal)
				looked++
			}
		}
	}
	require.Greater(t, looked, 1000)
	for part, has := range map[string]string{"version.txt": "w2w", "environment.txt": "W2W_CANARY_PASSWORD is set\nW2W_LOG_LEVEL=info", "doctor.json": `"findings"`,
		"database.json": `"n_live_tup"`, "metrics.txt": "w2w_http_request_seconds", "log.txt": "postgres://me:***@db"} {
		require.Contains(t, parts[part], has)
	}
}

func unpack(t *testing.T, file string) map[string]string {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	packed, err := gzip.NewReader(f)
	require.NoError(t, err)
	parts := map[string]string{}
	for all := tar.NewReader(packed); ; {
		head, err := all.Next()
		if errors.Is(err, io.EOF) {
			return parts
		}
		require.NoError(t, err)
		raw, err := io.ReadAll(all)
		require.NoError(t, err)
		parts[filepath.Base(head.Name)] = string(raw)
	}
}
