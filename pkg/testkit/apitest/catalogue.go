package apitest

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
)

// Tables are what the laws of row security need to know about a service's tables.
type Tables struct {
	Unowned    []string // tables without an administration: each is there for a reason
	Closed     []string // those of them that no policy lets the service see
	Everywhere []string // unique keys over all administrations that hold no administration's secret

	// What is spoilt to see that the laws find it.
	Table, Column string // a table with an administration, and a column that is no id
	Unlink        string // a statement after which a foreign key does not carry the administration
}

// regional says whether the relation $t has an administration.
const regional = ` exists (select from pg_attribute where attrelid = c.oid and attname = 'administration' and not attisdropped) `

// own is the policy of every regional table, as PostgreSQL writes it.
const own = ` pg_get_expr(polqual, polrelid) = '((administration = current_setting(''w2w.administration''::text, true)) OR (current_setting(''w2w.administration''::text, true) = ''*''::text))' `

const relations = `from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema() where `

// laws are questions to the catalogue, each with a change of the schema that it must find. An answer is the name
// of what breaks the law.
var laws = map[string]struct {
	find, spoil string
}{
	"a table has an administration, or a reason in unowned": {
		`select relname ` + relations + `relkind in ('r', 'p') and not` + regional + `and relname <> all(@unowned)`,
		`create table loose (id int)`},
	"row security is on and forced": {
		`select relname ` + relations + `relkind in ('r', 'p') and (` + regional + `or relname = any(@closed)) and not (relrowsecurity and relforcerowsecurity)`,
		`alter table {table} no force row level security`},
	"a policy reads the caller's administration": {
		`select relname ` + relations + `relkind in ('r', 'p') and` + regional + `and not exists (
			select from pg_policy where polrelid = c.oid and polcmd in ('*', 'r') and` + own + `)`,
		`drop policy tenant on {table}`},
	"no other policy lets read, but the feed's of events for everyone": {
		`select relname ` + relations + `relname <> all(@closed) and exists (
			select from pg_policy where polrelid = c.oid and polpermissive and polcmd in ('*', 'r') and polname <> 'for_everyone' and not` + own + `)`,
		`create policy open on {table} using (true or administration = current_setting('w2w.administration', true))`},
	"a foreign key carries the administration": {
		`select k.conrelid::regclass || '.' || k.conname from pg_constraint k join pg_class c on c.oid = k.confrelid
		join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
		where k.contype = 'f' and` + regional + `and not exists (
			select from pg_constraint o join pg_attribute a on a.attrelid = o.conrelid and a.attnum = any(o.conkey)
			where o.conrelid = k.conrelid and o.contype = 'f' and a.attname = 'administration' and k.conkey[1] = any(o.conkey))`,
		`{unlink}`},
	"a unique key does not tell of other administrations' rows": {
		`select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
		join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
		where i.indisunique and` + regional + `and i.indexrelid::regclass::text <> all(@everywhere) and not exists (
			select from pg_attribute a where a.attrelid = c.oid and a.attnum = any(i.indkey)
			and (a.attname = 'administration' or a.atttypid = 'uuid'::regtype or a.attidentity <> ''))`,
		`create unique index on {table} ({column})`},
	"no materialised view, which row security does not reach": {
		`select relname ` + relations + `relkind = 'm'`,
		`create materialized view sums as select count(*) from {table}`},
	"a view reads with the rights of the caller": {
		`select relname ` + relations + `relkind = 'v' and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}'`,
		`create view sums as select count(*) from {table}`},
	"a function of the owner has a search path of its own": {
		`select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = current_schema()
		where prosecdef and not exists (select from unnest(proconfig) s where s like 'search_path=%')`,
		`create function peek() returns bigint language sql security definer as 'select count(*) from {table}'`},
	"the service's role is plain and owns nothing": {
		`select rolname from pg_roles r where rolname = 'w2w_' || current_schema() and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
			or exists (select from pg_class where relowner = r.oid) or exists (select from pg_namespace where nspowner = r.oid)
			or exists (select from pg_proc where proowner = r.oid) or exists (select from pg_auth_members where member = r.oid))`,
		`alter table {table} owner to {role}`},
}

// find returns the names of what breaks a law.
func (l Tables) find(t testing.TB, conn *pgx.Conn, law string) []string {
	t.Helper()
	rows, err := conn.Query(context.Background(), law, pgx.NamedArgs{"unowned": append([]string{}, l.Unowned...),
		"closed": append([]string{}, l.Closed...), "everywhere": append([]string{}, l.Everywhere...)})
	require.NoError(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return names
}

// Owner is a connection of the owner of the tables, to a database of its own.
func (s *Service) Owner(t testing.TB) *pgx.Conn {
	t.Helper()
	admin, _ := testkit.URLs(t, s.Name, s.Migrations...)
	conn, err := pgx.Connect(context.Background(), admin)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(context.Background(), "set search_path = "+s.Name+", public")
	require.NoError(t, err)
	return conn
}

// RequireGuarded asks the catalogue whether every table of the service is guarded; then it spoils the schema in the
// way that each law is there to find.
func (s *Service) RequireGuarded(t testing.TB, tables Tables) {
	t.Helper()
	conn := s.Owner(t)
	fill := strings.NewReplacer("{table}", tables.Table, "{column}", tables.Column, "{unlink}", tables.Unlink, "{role}", "w2w_"+s.Name)
	for law, l := range laws {
		require.Empty(t, tables.find(t, conn, l.find), law)
		tx, err := conn.Begin(context.Background())
		require.NoError(t, err)
		_, err = tx.Exec(context.Background(), fill.Replace(l.spoil))
		require.NoError(t, err, law)
		require.NotEmpty(t, tables.find(t, conn, l.find), "spoilt, and not found: %s", law)
		require.NoError(t, tx.Rollback(context.Background()))
	}
}
