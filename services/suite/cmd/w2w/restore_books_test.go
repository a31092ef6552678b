package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

const (
	// tablesOf are those whose rows nothing changes while nobody calls: a sealer extends the chain, and the gateway notes
	// its own work.
	tablesOf = `select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname in ('concessions', 'lsu') and c.relkind = 'r' and c.relname <> 'audit_chain'`
	rowsOf = `select count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from %s t`
	// guards are what PostgreSQL itself holds the rows to, in all schemas.
	guards = `select n.nspname || '.' || c.relname, string_agg(g.what, e'\n' order by g.what) from (
		select conrelid as of, conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid) as what from pg_constraint
		union all select polrelid, polname || ' ' || polcmd::text || coalesce(pg_get_expr(polqual, polrelid), '') || coalesce(pg_get_expr(polwithcheck, polrelid), '') from pg_policy
		union all select oid, concat_ws(' ', 'row security', relrowsecurity, relforcerowsecurity) from pg_class
		union all select tgrelid, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal) g
		join pg_class c on c.oid = g.of join pg_namespace n on n.oid = c.relnamespace
		where n.nspname in ('gateway', 'concessions', 'lsu') and c.relkind = 'r' group by 1`
)

// contents are the rows of each table as a sum, and what guards them: what a restore must bring back.
func contents(t *testing.T, url string) map[string]string {
	t.Helper()
	all, names := map[string]string{}, []string{}
	var name, value string
	read := func(query string, take func(), into ...any) {
		rows, err := connect(t, url).Query(t.Context(), query)
		require.NoError(t, err)
		_, err = pgx.ForEachRow(rows, into, func() error { take(); return nil })
		require.NoError(t, err)
	}
	read(guards, func() { all["guards of "+name] = value }, &name, &value)
	read(tablesOf, func() { names = append(names, name) }, &name)
	require.Greater(t, len(names), 30)
	for _, n := range names {
		read(fmt.Sprintf(rowsOf, n), func() { all[n] = value }, &value)
	}
	return all
}

// broken are queries that find an act without its one event and its one audit record, a key with two effects, an event
// that stands twice or out of the order of its subject, and a row under another administration than what it belongs to:
// invariants I4 to I7 of the catalogue. I1 to I3 are those of the ledger.
var broken = map[string]string{
	"acts upon applications": `select t.application_id || ' ' || t.event from (select application_id, event, count(*) n from concessions.transitions group by 1, 2) t
		where t.n <> (select count(*) from concessions.audit_records r where r.subject = 'application/' || t.application_id and r.action = 'application.' || t.event)
			or t.n <> (select count(*) from concessions.outbox o where o.subject = 'application/' || t.application_id and o.data->>'event' = t.event
				and o.type = 'it.w2w.concessions.application.moved.v1')`,
	"acts upon months": `select t.subject || t.event from (select format('month/%s/%s', administration, to_char(month, 'YYYY-MM')) subject, event, count(*) n
			from lsu.month_transitions group by 1, 2) t
		where t.n <> (select count(*) from lsu.audit_records r where r.subject = t.subject and r.action = 'month.' || t.event)
			or t.n <> (select count(*) from lsu.outbox o where o.subject = t.subject and o.data->>'event' = t.event and o.type = 'it.w2w.lsu.month.moved.v1')`,
	"events in order": `select subject from (select subject, (data->>'version')::int v, lag((data->>'version')::int) over (partition by subject order by xid, id) before
			from concessions.outbox where type = 'it.w2w.concessions.application.moved.v1'
		union all select subject, (data->>'version')::int, lag((data->>'version')::int) over (partition by subject order by xid, id)
			from lsu.outbox where type = 'it.w2w.lsu.month.moved.v1') e where v <= before`,
	"events once": `select event_id::text from (select event_id from concessions.outbox union all select event_id from lsu.outbox) e group by 1 having count(*) > 1`,
	"rows of another administration": `select w.application_id::text from concessions.application_workers w join concessions.applications a on a.id = w.application_id
			where a.administration <> w.administration
		union all select g.application_id::text from concessions.decree_applications g join concessions.applications a on a.id = g.application_id
			where a.administration <> g.administration
		union all select m.movement_ref from lsu.movements m join lsu.workers w on w.id = m.worker_id where w.administration <> m.administration`,
}

// requireWhole wants the invariants in a database that was restored, and something to hold to them.
func requireWhole(t *testing.T, url string) {
	t.Helper()
	conn := connect(t, url)
	for name, query := range broken {
		rows, err := conn.Query(t.Context(), query)
		require.NoError(t, err, name)
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err, name)
		require.Empty(t, found, name)
	}
	var acts, keys int
	require.NoError(t, conn.QueryRow(t.Context(), `select (select count(*) from concessions.transitions) + (select count(*) from lsu.month_transitions),
		(select count(*) from concessions.idempotency_keys) + (select count(*) from lsu.idempotency_keys)`).Scan(&acts, &keys))
	require.Greater(t, acts, 1000)
	require.Greater(t, keys, 1000)
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the server may have ended
	return conn
}
