package database_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
)

// as returns the address with another user.
func as(t *testing.T, address, role string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.UserPassword(role, "x")
	return u.String()
}

// TestAnOwnerWhoIsNoSuperuserMigratesAgainAndAgain is the case of a managed database.
func TestAnOwnerWhoIsNoSuperuserMigratesAgainAndAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	admin, _ := testkit.URLs(t, "notes", notes)
	conn, err := pgx.Connect(ctx, admin)
	require.NoError(t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `create role plain_owner login createrole password 'x'; create role mighty login bypassrls;
		do $$ begin execute format('grant create on database %I to plain_owner', current_database()); end $$`)
	require.NoError(t, err)
	target := database.Target{Schema: "plain", Role: "plain_service", Password: "x"}
	for range 2 {
		require.NoError(t, database.Migrate(ctx, as(t, admin, "plain_owner"), target, notes))
	}
	db, err := database.Open(ctx, database.Options{URL: as(t, admin, "plain_service"), Schema: "plain"})
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.Update(ctx, "03", put(1, "03")))
	require.Equal(t, 0, count(t, db, "07"))
	requireDefaults(t, as(t, admin, "plain_service"))
	target.Role = "mighty"
	require.ErrorContains(t, database.Migrate(ctx, admin, target, notes), "above row security")
}

// requireDefaults connects as a pooler does, which asks for nothing.
func requireDefaults(t *testing.T, address string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), address)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for name, want := range map[string]string{"search_path": "plain, public", "statement_timeout": "15s", "lock_timeout": "5s",
		"idle_in_transaction_session_timeout": "10s"} {
		var got string
		require.NoError(t, conn.QueryRow(context.Background(), "select current_setting($1)", name).Scan(&got))
		require.Equal(t, want, got, name)
	}
}

// TestMigrationsTakeTurns migrates one schema from several jobs at once.
func TestMigrationsTakeTurns(t *testing.T) {
	t.Parallel()
	admin, _ := testkit.URLs(t, "notes", notes)
	var jobs errgroup.Group
	for range 6 {
		jobs.Go(func() error {
			return database.Migrate(context.Background(), admin, database.Target{Schema: "turns", Role: "turns_service", Password: "x"}, notes)
		})
	}
	require.NoError(t, jobs.Wait())
}

func TestAwaitTellsWhyAndGivesUp(t *testing.T) {
	t.Parallel()
	admin, _ := testkit.URLs(t, "notes", notes)
	var told []string
	tell := func(reason string) { told = append(told, reason) }
	require.NoError(t, database.Await(t.Context(), admin, time.Minute, tell))
	require.Empty(t, told)
	require.ErrorContains(t, database.Await(t.Context(), as(t, admin, "nobody_here"), time.Second, tell), "can't be reached: password")
	require.Len(t, told, 1, "each reason once")
	require.NotContains(t, told[0], "127.0.0.1")
	require.ErrorContains(t, database.Await(t.Context(), "postgres://127.0.0.1:1/x", 300*time.Millisecond, tell), "connection refused")
}
