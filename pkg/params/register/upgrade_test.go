package register_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
)

// TestATableThatIsThereAlreadyIsKept is an installation whose own migration made the table before the set did:
// the set finds it without knowing it, and changes nothing.
func TestATableThatIsThereAlreadyIsKept(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	admin, service := testkit.URLs(t, "desk", sets...)
	db, err := database.Open(ctx, database.Options{URL: service, Schema: "desk"})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	o := office{t, db}
	b, _ := o.opened(share("70", 2009, 0))
	o.ministry(b, share("65", 2010, 2010))
	owner, err := pgx.Connect(ctx, admin)
	require.NoError(t, err)
	defer owner.Close(ctx)
	before := shape(t, owner)
	require.Len(t, before, 23, "columns, constraints, indexes, the trigger and its function")

	_, err = owner.Exec(ctx, "drop table desk.goose_params")
	require.NoError(t, err)
	require.Error(t, db.CheckSchema(ctx, sets...), "the set has not run yet")
	target := database.Target{Schema: "desk", Role: "w2w_desk", Password: password(t, service)}
	require.NoError(t, database.Migrate(ctx, admin, target, sets...))
	require.NoError(t, db.CheckSchema(ctx, sets...))
	require.Equal(t, before, shape(t, owner))
	require.Equal(t, 4, o.count("select count(*) from parameters"))
	again, differing := o.opened(share("70", 2009, 0))
	require.Empty(t, differing)
	require.EqualValues(t, 65, percent(t, again, 2010))
}

// shape describes the table and all that belongs to it.
func shape(t *testing.T, owner *pgx.Conn) []string {
	t.Helper()
	rows, err := owner.Query(context.Background(), `with t as (select 'desk.parameters'::regclass as oid)
		select format('column %s %s %s', attname, format_type(atttypid, atttypmod), attnotnull) from pg_attribute, t where attrelid = t.oid and attnum > 0
		union all select format('constraint %s %s', conname, pg_get_constraintdef(c.oid)) from pg_constraint c, t where conrelid = t.oid and contype <> 'n'
		union all select pg_get_indexdef(indexrelid) from pg_index, t where indrelid = t.oid
		union all select pg_get_triggerdef(g.oid) from pg_trigger g, t where tgrelid = t.oid
		union all select pg_get_functiondef('desk.keep_parameter'::regproc)
		order by 1`)
	require.NoError(t, err)
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return found
}

// password is that of the service's role, which must stay as it is: other tests use the role meanwhile.
func password(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	secret, _ := u.User.Password()
	return secret
}
