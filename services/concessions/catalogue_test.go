package concessions_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/services/concessions"
)

// unowned are the tables without an administration: each is here for a reason.
var unowned = []string{
	"employers",                  // the registry, one for all
	"worker_periods",             // no policy lets the service see it; three functions of the owner answer yes or no
	"parameters",                 // dated values for all
	"idempotency_keys",           // by client
	"audit_chain",                // hashes
	"feed_cursors", "feed_inbox", // of the service itself
	"goose_concessions", "goose_audit", "goose_feed", "goose_httpx", "goose_params", "goose_plafond",
}

// everywhere are unique keys over all administrations that hold no administration's secret.
var everywhere = []string{
	"inps_authorisations_number_key", // a number of INPS
	"plafond_commitments_pkey",       // named after the application's id
	"receipt_of_a_sender_once",       // a file of INPS
}

// regional says whether the relation $t has an administration.
const regional = ` exists (select from pg_attribute where attrelid = c.oid and attname = 'administration' and not attisdropped) `

// own is the policy of every regional table, as PostgreSQL writes it.
const own = ` pg_get_expr(polqual, polrelid) = '((administration = current_setting(''w2w.administration''::text, true)) OR (current_setting(''w2w.administration''::text, true) = ''*''::text))' `

const relations = `from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'concessions' where `

// laws are questions to the catalogue, each with a change of the schema that it must find. An answer is the name
// of what breaks the law.
var laws = map[string]struct {
	find, spoil string
	args        []any
}{
	"a table has an administration, or a reason in unowned": {
		`select relname ` + relations + `relkind in ('r', 'p') and not` + regional + `and relname <> all($1)`,
		`create table loose (id int)`, []any{unowned}},
	"row security is on and forced": {
		`select relname ` + relations + `relkind in ('r', 'p') and (` + regional + `or relname = 'worker_periods') and not (relrowsecurity and relforcerowsecurity)`,
		`alter table decrees no force row level security`, nil},
	"a policy reads the caller's administration": {
		`select relname ` + relations + `relkind in ('r', 'p') and` + regional + `and not exists (
			select from pg_policy where polrelid = c.oid and polcmd in ('*', 'r') and` + own + `)`,
		`drop policy tenant on decrees`, nil},
	"no other policy lets read, but the feed's of events for everyone": {
		`select relname ` + relations + `relname <> 'worker_periods' and exists (
			select from pg_policy where polrelid = c.oid and polpermissive and polcmd in ('*', 'r') and polname <> 'for_everyone' and not` + own + `)`,
		`create policy open on decrees using (true or administration = current_setting('w2w.administration', true))`, nil},
	"a foreign key carries the administration": {
		`select k.conrelid::regclass || '.' || k.conname from pg_constraint k join pg_class c on c.oid = k.confrelid
		join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'concessions'
		where k.contype = 'f' and` + regional + `and not exists (
			select from pg_constraint o join pg_attribute a on a.attrelid = o.conrelid and a.attnum = any(o.conkey)
			where o.conrelid = k.conrelid and o.contype = 'f' and a.attname = 'administration' and k.conkey[1] = any(o.conkey))`,
		`alter table document_contents drop constraint contents_of_administration`, nil},
	"a unique key does not tell of other administrations' rows": {
		`select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
		join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'concessions'
		where i.indisunique and` + regional + `and i.indexrelid::regclass::text <> all($1) and not exists (
			select from pg_attribute a where a.attrelid = c.oid and a.attnum = any(i.indkey)
			and (a.attname = 'administration' or a.atttypid = 'uuid'::regtype or a.attidentity <> ''))`,
		`create unique index on decrees (number)`, []any{everywhere}},
	"no materialised view, which row security does not reach": {
		`select relname ` + relations + `relkind = 'm'`,
		`create materialized view sums as select count(*) from decrees`, nil},
	"a view reads with the rights of the caller": {
		`select relname ` + relations + `relkind = 'v' and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}'`,
		`create view sums as select count(*) from decrees`, nil},
	"a function of the owner has a search path of its own": {
		`select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'concessions'
		where prosecdef and not exists (select from unnest(proconfig) s where s like 'search_path=%')`,
		`create function peek() returns bigint language sql security definer as 'select count(*) from decrees'`, nil},
	"the service's role is plain and owns nothing": {
		`select rolname from pg_roles r where rolname = 'w2w_concessions' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
			or exists (select from pg_class where relowner = r.oid) or exists (select from pg_namespace where nspowner = r.oid)
			or exists (select from pg_proc where proowner = r.oid) or exists (select from pg_auth_members where member = r.oid))`,
		`alter table decrees owner to w2w_concessions`, nil},
}

// find returns the names of what breaks a law.
func find(t *testing.T, conn *pgx.Conn, law string, args []any) []string {
	t.Helper()
	rows, err := conn.Query(context.Background(), law, args...)
	require.NoError(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return names
}

func owner(t *testing.T) *pgx.Conn {
	t.Helper()
	admin, _ := testkit.URLs(t, concessions.Name, concessions.Migrations()...)
	conn, err := pgx.Connect(context.Background(), admin)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(context.Background(), "set search_path = concessions, public")
	require.NoError(t, err)
	return conn
}

// TestRLS_Lint asks the catalogue whether every table of the service is guarded; then it spoils the schema in the
// way that each law is there to find.
func TestRLS_Lint(t *testing.T) {
	t.Parallel()
	conn := owner(t)
	for law, l := range laws {
		require.Empty(t, find(t, conn, l.find, l.args), law)
		tx, err := conn.Begin(context.Background())
		require.NoError(t, err)
		_, err = tx.Exec(context.Background(), l.spoil)
		require.NoError(t, err, law)
		require.NotEmpty(t, find(t, conn, l.find, l.args), "spoilt, and not found: %s", law)
		require.NoError(t, tx.Rollback(context.Background()))
	}
}
