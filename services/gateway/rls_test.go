package gateway_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

// unguarded finds tables of the gateway that hold an administration's rows without row security that is forced and a
// policy that reads the caller's administration.
const unguarded = `select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'gateway'
	where relkind in ('r', 'p') and exists (select from pg_attribute where attrelid = c.oid and attname = 'administration' and not attisdropped)
	and not (relrowsecurity and relforcerowsecurity and exists (select from pg_policy
		where polrelid = c.oid and pg_get_expr(polqual, polrelid) like '%administration = current_setting(''w2w.administration''%'))`

// TestRLS_Lint is row 15 of the catalogue for the gateway's schema: its tables are guarded, and each way of taking
// the guard away is found.
func TestRLS_Lint(t *testing.T) {
	t.Parallel()
	admin, _ := testkit.URLs(t, "gateway", gateway.Migrations()...)
	conn, err := pgx.Connect(t.Context(), admin)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	find := func() []string {
		rows, err := conn.Query(t.Context(), unguarded)
		require.NoError(t, err)
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return names
	}
	require.Empty(t, find())
	for _, spoil := range []string{"alter table gateway.clients no force row level security", "alter table gateway.clients disable row level security",
		"drop policy tenant on gateway.clients"} {
		tx, err := conn.Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), spoil)
		require.NoError(t, err)
		require.Equal(t, []string{"clients"}, find(), spoil)
		require.NoError(t, tx.Rollback(t.Context()))
	}
}
