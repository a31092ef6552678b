package page_test

import (
	"regexp"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/pkg/testkit"
)

// tables holds eleven items: two of each instant and three of each month, of two administrations.
var tables = database.Set{Name: "things", Files: fstest.MapFS{"00001_things.sql": {Data: []byte(`-- +goose Up
create table items (id uuid primary key default gen_random_uuid(), administration text not null, month date not null, ref text not null unique,
	created_at timestamptz not null);
insert into items (administration, month, ref, created_at) select case when n % 3 = 0 then '09' else '03' end, date '2010-01-01' + (n / 3) * 31,
	'R-' || (100 - n), timestamptz '2010-05-01' + (n / 2) * interval '1 microsecond' from generate_series(1, 11) n;`)}}}

type item struct {
	ID             uuid.UUID
	Administration string
	Month          period.Date
	Ref            string
	CreatedAt      time.Time
}

// by is the list of all items in an order.
func by(o page.Order[item]) page.List[item] {
	return page.List[item]{Rows: func(q *gorm.DB) *gorm.DB { return q.Table("items") }, Columns: "id, administration, month, ref, created_at", Order: o,
		Scan: func(r pgx.Row) (x item, err error) {
			err = r.Scan(&x.ID, &x.Administration, &x.Month, &x.Ref, &x.CreatedAt)
			return x, err
		}}
}

var (
	newest  = page.Newest(func(x item) (time.Time, uuid.UUID) { return x.CreatedAt, x.ID })
	monthly = page.Order[item]{Keys: []page.Key[item]{
		page.Day("month", func(x item) period.Date { return x.Month }),
		page.Text("administration", regexp.MustCompile(`^[0-9]{2}$`), func(x item) string { return x.Administration }),
		page.ID("id", func(x item) uuid.UUID { return x.ID }),
	}}
	referenced = page.Order[item]{Keys: []page.Key[item]{
		page.Text(`ref collate "C"`, regexp.MustCompile(`^R-[0-9]{2}$`), func(x item) string { return x.Ref }),
	}}
)

// read reads a whole list by pages of four and says what stood in which place.
func read(t *testing.T, db *database.DB, administration string, l page.List[item], show func(item) string) (out []string) {
	t.Helper()
	for p := (page.Page{Limit: 4}); ; {
		found, next, err := l.Read(t.Context(), db, administration, p)
		require.NoError(t, err)
		require.Equal(t, len(found) == 4, next != "", "a page that is not full is the last")
		for _, x := range found {
			out = append(out, show(x))
		}
		if p.Cursor = next; next == "" {
			return out
		}
	}
}

func TestPagesJoinedAreTheListInItsOrder(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "things", tables)
	for name, c := range map[string]struct {
		list  page.List[item]
		order string
	}{
		"newest first":                {by(newest), "created_at desc, id desc"},
		"by month and administration": {by(monthly), "month, administration, id"},
		"by a reference":              {by(referenced), `ref collate "C"`},
	} {
		for administration, where := range map[string]string{"*": "true", "": "true", "09": "administration = '09'"} {
			var want []string
			rows, err := db.Pool().Query(t.Context(), "select ref from items where "+where+" order by "+c.order)
			require.NoError(t, err)
			want, err = pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err)
			require.Equal(t, want, read(t, db, administration, c.list, func(x item) string { return x.Ref }), "%s for %q", name, administration)
		}
	}
}

func TestAPageHasFiftyItemsUnlessAsked(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "things", tables)
	list := by(newest)
	list.Rows = func(q *gorm.DB) *gorm.DB { return q.Table("(select i.* from items i, generate_series(1, 5)) i") }
	found, next, err := list.Read(t.Context(), db, "", page.Page{})
	require.NoError(t, err)
	require.Len(t, found, 50)
	require.NotEmpty(t, next)
}

func TestOfReadsTheParametersOfARequest(t *testing.T) {
	t.Parallel()
	require.Equal(t, page.Page{}, page.Of(nil, nil))
	require.Equal(t, page.Page{Limit: 7, Cursor: "x"}, page.Of(new(int32(7)), new("x")))
}

func TestAPageInATransactionIsThePage(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "things", tables)
	for _, administration := range []string{"*", "09"} {
		want, next, err := by(newest).Read(t.Context(), db, administration, page.Page{Limit: 2})
		require.NoError(t, err)
		require.Len(t, want, 2)
		require.NoError(t, db.Update(t.Context(), administration, func(tx *database.Tx) error {
			found, after, err := by(newest).ReadIn(tx, administration, page.Page{Limit: 2})
			require.NoError(t, err)
			require.Equal(t, want, found)
			require.Equal(t, next, after)
			_, _, err = by(newest).ReadIn(tx, administration, page.Page{Cursor: "x"})
			require.True(t, fault.Is(err, fault.RequestInvalid))
			return nil
		}))
	}
}
