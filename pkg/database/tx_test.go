package database_test

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/testkit"
)

var notes = database.Set{Name: "notes", Files: fstest.MapFS{"00001_notes.sql": {Data: []byte(`-- +goose Up
create table notes (id int primary key, administration text not null, n int not null check (n >= 0));
alter table notes enable row level security;
alter table notes force row level security;
create policy tenant on notes using (administration = current_setting('w2w.administration', true)
	or current_setting('w2w.administration', true) = '*');`)}}}

func put(id int, administration string) func(tx *database.Tx) error {
	return func(tx *database.Tx) error {
		tx.Queue("insert into notes values ($1, $2, 0)", id, administration)
		return nil
	}
}

func count(t *testing.T, db *database.DB, administration string) (n int) {
	t.Helper()
	require.NoError(t, db.Read(context.Background(), administration, func(b *pgx.Batch) {
		b.Queue("select count(*) from notes").QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	return n
}

func TestACallerSeesOnlyItsAdministration(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), testkit.Database(t, "notes", notes)
	require.NoError(t, db.Update(ctx, "03", put(1, "03")))
	require.NoError(t, db.Update(ctx, "07", put(2, "07")))
	require.Error(t, db.Update(ctx, "03", put(3, "07")), "a row of another administration")
	for administration, want := range map[string]int{"03": 1, "07": 1, "*": 2, "": 0, "99": 0} {
		require.Equal(t, want, count(t, db, administration), administration)
	}
}

func TestNothingStaysOfATransactionThatFails(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), testkit.Database(t, "notes", notes)
	refusal := errors.New("no")
	require.ErrorIs(t, db.Update(ctx, "03", func(tx *database.Tx) error {
		_, err := tx.Exec("insert into notes values (1, '03', 0)")
		require.NoError(t, err)
		return refusal
	}), refusal)
	require.Panics(t, func() {
		_ = db.Update(ctx, "03", func(tx *database.Tx) error {
			_, _ = tx.Exec("insert into notes values (1, '03', 0)")
			panic("boom")
		})
	})
	require.Zero(t, count(t, db, "*"))
	require.NoError(t, db.Update(ctx, "03", put(1, "03")))
	err := db.Update(ctx, "03", put(1, "03"))
	require.True(t, fault.Is(err, fault.AlreadyExists), err)
	require.Equal(t, "notes_pkey", database.Constraint(err))
	require.Equal(t, 1, count(t, db, "*"))
}

func TestGormWorksInsideTheSameTransaction(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), testkit.Database(t, "notes", notes)
	require.NoError(t, db.Update(ctx, "03", func(tx *database.Tx) error {
		tx.Queue("insert into notes values (1, '03', 5)")
		g, err := tx.Gorm()
		require.NoError(t, err)
		var n int
		require.NoError(t, g.Table("notes").Where("id = ?", 1).Pluck("n", &n).Error)
		require.Equal(t, 5, n)
		return g.Table("notes").Where("id = ?", 1).Update("n", 6).Error
	}))
	require.Equal(t, 1, count(t, db, "03"))
}

func TestTheSchemaMustFitTheBinary(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), testkit.Database(t, "notes", notes)
	require.NoError(t, db.CheckSchema(ctx, notes))
	newer := database.Set{Name: "notes", Files: fstest.MapFS{"00001_notes.sql": notes.Files.(fstest.MapFS)["00001_notes.sql"], "00002_more.sql": {Data: []byte("-- +goose Up\nselect 1;")}}}
	require.ErrorContains(t, db.CheckSchema(ctx, newer), "needs 2")
}

func TestAServerThatMayLoseCommitsIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	admin, service := testkit.URLs(t, "notes", notes)
	db, err := database.Open(ctx, database.Options{URL: service, Schema: "notes"})
	require.NoError(t, err)
	require.NoError(t, db.CheckDurability(ctx))
	db.Close()
	conn, err := pgx.Connect(ctx, admin)
	require.NoError(t, err)
	_, err = conn.Exec(ctx, "alter database "+pgx.Identifier{conn.Config().Database}.Sanitize()+" set synchronous_commit = off")
	require.NoError(t, err)
	require.NoError(t, conn.Close(ctx))
	db, err = database.Open(ctx, database.Options{URL: service, Schema: "notes"})
	require.NoError(t, err)
	defer db.Close()
	require.ErrorContains(t, db.CheckDurability(ctx), "set synchronous_commit to on")
}
