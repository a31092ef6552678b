package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/services/lsu"
	"w2w/services/lsu/internal/store"
)

// TestTakenReferencesAreLookedUpByTheirKey: a session keeps the plan that it made while there were no movements. It must
// be the one by the unique key of the references: by any other, each of them is compared with all movements later on.
func TestTakenReferencesAreLookedUpByTheirKey(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	_, service := testkit.URLs(t, lsu.Name, lsu.Migrations()...)
	db, err := pgx.Connect(ctx, service)
	require.NoError(t, err)
	defer db.Close(ctx)
	for _, statement := range []string{"set search_path = lsu, public", "set plan_cache_mode = force_generic_plan", "prepare taken (text[]) as " + store.AcceptedAmong} {
		_, err = db.Exec(ctx, statement)
		require.NoError(t, err)
	}
	rows, err := db.Query(ctx, "explain execute taken ('{M1}')", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Contains(t, strings.Join(plan, "\n"), "using movement_accepted_once")
}
