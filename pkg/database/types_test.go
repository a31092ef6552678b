package database_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/pkg/testkit"
)

// ask runs one query and scans its only row.
func ask(db *database.DB, sql string, args []any, into ...any) error {
	return db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue(sql, args...).QueryRow(func(r pgx.Row) error { return r.Scan(into...) })
	})
}

func TestDaysAndIdsTravelUnchanged(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "notes", notes)
	for _, written := range []string{"0001-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "2011-06-30", "9999-12-31"} {
		day, err := period.Parse(written)
		require.NoError(t, err)
		var text string
		var back period.Date
		var optional *period.Date
		require.NoError(t, ask(db, "select $1::date::text, $1::date, $1::date", []any{day}, &text, &back, &optional))
		require.Equal(t, []any{written, day, day}, []any{text, back, *optional})
	}
	id := uuid.New()
	var text string
	var back uuid.UUID
	var optional *uuid.UUID
	require.NoError(t, ask(db, "select $1::uuid::text, $1::uuid, $1::uuid", []any{id}, &text, &back, &optional))
	require.Equal(t, []any{id.String(), id, id}, []any{text, back, *optional})
}

func TestNothingIsNoDayAndNoId(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "notes", notes)
	day, id := new(period.Date), new(uuid.UUID)
	require.NoError(t, ask(db, "select $1::date, $2::uuid", []any{(*period.Date)(nil), (*uuid.UUID)(nil)}, &day, &id))
	require.Nil(t, day)
	require.Nil(t, id)
	for _, sql := range []string{"select null::date", "select 'infinity'::date", "select '-infinity'::date"} {
		var none period.Date
		require.Error(t, ask(db, sql, nil, &none), sql)
	}
}

func TestListsOfDaysAndIds(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "notes", notes)
	ids, days := []uuid.UUID{uuid.New(), uuid.New()}, []period.Date{period.Of(2010, 4, 1), period.Of(2011, 1, 9)}
	var id uuid.UUID
	var day period.Date
	require.NoError(t, ask(db, "select ($1::uuid[])[2], ($2::date[])[2]", []any{ids, days}, &id, &day))
	require.Equal(t, []any{ids[1], days[1]}, []any{id, day})
}
