package person_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/person"
	"w2w/pkg/testkit"
)

var (
	trainees = person.Column{Table: "trainees", Value: "person", ID: "course", Row: "row", Batch: 3}
	letters  = person.Column{Table: "letters", Value: "content", ID: "letter", Batch: 2}
)

// schema is a table of a service whose rows are guarded as everywhere.
func schema(name, columns string) database.Set {
	return database.Set{Name: name, Files: fstest.MapFS{"00001_" + name + ".sql": {Data: []byte("-- +goose Up\ncreate table " + name + " (administration text not null, " + columns + `);
alter table ` + name + ` enable row level security;
alter table ` + name + ` force row level security;
create policy tenant on ` + name + ` using (administration = current_setting('w2w.administration', true)
	or current_setting('w2w.administration', true) = '*');`)}}}
}

// ledger is two services with sealed values, in a database each, and the keys that both have.
type ledger struct {
	t                *testing.T
	keys             person.Keys
	school, registry person.Sealed
	course           uuid.UUID
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	l := &ledger{t: t, keys: person.Keys{Dir: t.TempDir()}, course: uuid.New()}
	_, err := person.Load(l.keys.Dir, true)
	require.NoError(t, err)
	l.school = person.Sealed{DB: testkit.Database(t, "school", schema("trainees", "course uuid, row int, person bytea not null, primary key (course, row)")),
		Columns: []person.Column{trainees}}
	l.registry = person.Sealed{DB: testkit.Database(t, "registry", schema("letters", "letter uuid primary key, content bytea not null")),
		Columns: []person.Column{letters}}
	return l
}

// enrol seals the rows from first to last, as a process does that starts now.
func (l *ledger) enrol(first, last int) {
	l.t.Helper()
	vault := load(l.t, l.keys.Dir)
	require.NoError(l.t, l.school.DB.Update(l.t.Context(), "*", func(tx *database.Tx) error {
		for row := first; row <= last; row++ {
			sealed, err := vault.Seal(nobody, trainees.Place("03", l.course, row))
			require.NoError(l.t, err)
			tx.Queue("insert into trainees values ('03', $1, $2, $3)", l.course, row, sealed)
		}
		return nil
	}))
}

func (l *ledger) write(letter uuid.UUID) {
	l.t.Helper()
	sealed, err := load(l.t, l.keys.Dir).Encrypt([]byte("Caro Yoli"), letters.Place("07", letter, 0))
	require.NoError(l.t, err)
	require.NoError(l.t, l.registry.DB.Update(l.t.Context(), "*", func(tx *database.Tx) error {
		tx.Queue("insert into letters values ('07', $1, $2)", letter, sealed)
		return nil
	}))
}

// turn makes another key the active one, and returns the one that was.
func (l *ledger) turn() (old uint32) {
	l.t.Helper()
	before, err := l.keys.List()
	require.NoError(l.t, err)
	next, err := l.keys.Prepare()
	require.NoError(l.t, err)
	promoted, err := l.keys.Promote()
	require.NoError(l.t, err)
	require.Equal(l.t, next, promoted)
	return before[len(before)-1].ID
}

// requireOpen opens every row with the keys that there are now.
func (l *ledger) requireOpen(rows, papers int) {
	l.t.Helper()
	vault := load(l.t, l.keys.Dir)
	require.NoError(l.t, l.school.DB.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue("select row, person from trainees").Query(func(r pgx.Rows) error {
			var row int
			var sealed []byte
			tag, err := pgx.ForEachRow(r, []any{&row, &sealed}, func() error {
				who, err := vault.Open(sealed, trainees.Place("03", l.course, row))
				require.Equal(l.t, nobody, who)
				return err
			})
			require.EqualValues(l.t, rows, tag.RowsAffected())
			return err
		})
	}))
	require.NoError(l.t, l.registry.DB.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue("select letter, content from letters").Query(func(r pgx.Rows) error {
			var letter uuid.UUID
			var sealed []byte
			tag, err := pgx.ForEachRow(r, []any{&letter, &sealed}, func() error {
				_, err := vault.Decrypt(sealed, letters.Place("07", letter, 0))
				return err
			})
			require.EqualValues(l.t, papers, tag.RowsAffected())
			return err
		})
	}))
}

// TestAKeyIsTurnedOverAllServices seals again what two services have, in batches, and drops the old key no earlier.
func TestAKeyIsTurnedOverAllServices(t *testing.T) {
	t.Parallel()
	l, ctx := newLedger(t), t.Context()
	l.enrol(1, 8)
	for range 5 {
		l.write(uuid.New())
	}
	old := l.turn()
	l.enrol(9, 10)
	var shown []int
	n, err := l.keys.Reseal(ctx, func(done, total int) {
		require.Equal(t, 8, total)
		shown = append(shown, done)
	}, l.school)
	require.NoError(t, err)
	require.Equal(t, []any{8, []int{3, 6, 8}}, []any{n, shown})
	require.ErrorContains(t, l.keys.Drop(ctx, old, l.school, l.registry), "5 values are sealed under", "the other service needs it")
	n, err = l.keys.Reseal(ctx, func(int, int) {}, l.school, l.registry)
	require.NoError(t, err)
	require.Equal(t, 5, n)
	require.NoError(t, l.keys.Drop(ctx, old, l.school, l.registry))
	listed, err := l.keys.List()
	require.NoError(t, err)
	require.Len(t, listed, 1)
	l.requireOpen(10, 5)
}

// TestWhatDoesNotOpenStaysAndIsNamed moves a value from one row to another.
func TestWhatDoesNotOpenStaysAndIsNamed(t *testing.T) {
	t.Parallel()
	l, ctx := newLedger(t), t.Context()
	l.enrol(1, 4)
	require.NoError(t, l.school.DB.Update(ctx, "*", func(tx *database.Tx) error {
		tx.Queue("update trainees w set person = o.person from trainees o where w.row = 2 and o.row = 1")
		return nil
	}))
	old := l.turn()
	n, err := l.keys.Reseal(ctx, func(int, int) {}, l.school, l.registry)
	require.ErrorIs(t, err, person.ErrKeys)
	require.ErrorContains(t, err, "1 values do not open and stay as they are, the first is trainees/03/"+l.course.String()+"/2")
	require.Equal(t, 3, n)
	require.ErrorContains(t, l.keys.Drop(ctx, old, l.school), "1 values are sealed under")
}

// TestNothingIsDroppedUnseen: to have counted nowhere is not to have found nothing.
func TestNothingIsDroppedUnseen(t *testing.T) {
	t.Parallel()
	l, ctx := newLedger(t), t.Context()
	old := l.turn()
	require.ErrorIs(t, l.keys.Drop(ctx, old), person.ErrKeys)
	require.ErrorIs(t, l.keys.Drop(ctx, old, person.Sealed{DB: l.school.DB}), person.ErrKeys, "a service without columns")
	require.Error(t, l.keys.Drop(ctx, old, l.school, person.Sealed{DB: l.registry.DB, Columns: []person.Column{trainees}}), "a table that is not there")
	_, err := l.keys.Reseal(ctx, func(int, int) {})
	require.ErrorIs(t, err, person.ErrKeys)
	listed, err := l.keys.List()
	require.NoError(t, err)
	require.Equal(t, []person.Key{{ID: old}, {ID: listed[1].ID, Active: true}}, listed)
	_, err = l.keys.Promote()
	require.ErrorIs(t, err, person.ErrKeys, "nothing is prepared")
	require.ErrorIs(t, l.keys.Drop(ctx, listed[1].ID, l.school), person.ErrKeys, "it is the active one")
	require.NoError(t, l.keys.Drop(ctx, old, l.school, l.registry))
}
