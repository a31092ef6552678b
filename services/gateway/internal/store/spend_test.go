package store_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/store"
)

func once(db *database.DB) map[string]domain.Once {
	return map[string]domain.Once{"assertions": store.NewAssertions(db), "proofs": store.NewProofs(db)}
}

// spend has so many callers at once, and returns how many were let through; begun is told of each.
func spend(t *testing.T, callers int, jti func(i int) string, begun *sync.WaitGroup, tables ...domain.Once) int64 {
	var fresh atomic.Int64
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			begun.Done()
			ok, err := tables[i%len(tables)].Spend(t.Context(), "a", jti(i), noon)
			if err != nil {
				t.Error(err)
			}
			if ok {
				fresh.Add(1)
			}
		})
	}
	group.Wait()
	return fresh.Load()
}

func all(n int) *sync.WaitGroup {
	var group sync.WaitGroup
	group.Add(n)
	return &group
}

func TestOneOfManyIsSpent(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	for name, table := range once(db) {
		another := once(db)[name] // as of another replica
		require.EqualValues(t, 1, spend(t, 64, func(int) string { return "j" }, all(64), table, another), name)
		require.EqualValues(t, 32, spend(t, 64, func(i int) string { return strconv.Itoa(i / 2) }, all(64), table, another), name)
		ok, err := table.Spend(t.Context(), "b", "j", noon)
		require.NoError(t, err)
		require.True(t, ok, "another party may use the same jti: %s", name)
	}
}

// hold locks a table until the function that it returns is called.
func hold(t *testing.T, db *database.DB, table string) (release func()) {
	tx, err := db.Pool().Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `lock table `+table+` in exclusive mode`)
	require.NoError(t, err)
	return func() { require.NoError(t, tx.Rollback(t.Context())) }
}

func ask(t *testing.T, db *database.DB, query string, args ...any) (n int) {
	require.NoError(t, db.Read(t.Context(), "", func(b *pgx.Batch) {
		b.Queue(query, args...).QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	return n
}

func blocked(t *testing.T, db *database.DB, table string) {
	require.Eventually(t, func() bool {
		return ask(t, db, `select count(*) from pg_locks join pg_database d on d.oid = database
where not granted and datname = current_database() and relation = $1::text::regclass`, table) > 0
	}, 4*time.Second, 5*time.Millisecond)
}

func TestThoseWhoComeMeanwhileShareACommit(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	for table, used := range once(db) {
		const callers = 600
		release, begun, fresh := hold(t, db, table), all(callers), make(chan int64)
		go func() { fresh <- spend(t, callers, strconv.Itoa, begun, used) }()
		begun.Wait()
		blocked(t, db, table)
		release()
		require.EqualValues(t, callers, <-fresh, "each is told of its own")
		require.Equal(t, callers, ask(t, db, `select count(*) from `+table))
		require.Less(t, ask(t, db, `select count(distinct xmin::text) from `+table), callers/4, "transactions")
	}
}

func TestWhoGoesAwayHurtsNobody(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	for table, used := range once(db) {
		release, told := hold(t, db, table), make(chan error, 2)
		call := func(ctx context.Context, jti string) {
			ok, err := used.Spend(ctx, "a", jti, noon)
			if ok == (err != nil) {
				t.Errorf("%s: %v, %v", jti, ok, err)
			}
			told <- err
		}
		first, leave := context.WithCancel(t.Context())
		go call(first, "first")
		blocked(t, db, table)
		leave() // in the middle of its own commit
		require.ErrorIs(t, <-told, context.Canceled)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		call(gone, "gone")
		require.ErrorIs(t, <-told, context.Canceled)
		go call(t.Context(), "stays")
		release()
		require.NoError(t, <-told)
		for jti, fresh := range map[string]bool{"first": false, "gone": true, "stays": false} {
			ok, err := used.Spend(t.Context(), "a", jti, noon)
			require.NoError(t, err)
			require.Equal(t, fresh, ok, "%s: %s", table, jti)
		}
	}
}

func TestSpendFailsClosed(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	tables := once(db)
	db.Close()
	for _, used := range tables {
		var group sync.WaitGroup
		for i := range 32 {
			group.Go(func() {
				ok, err := used.Spend(t.Context(), "a", strconv.Itoa(i), noon)
				if ok || !fault.Is(err, fault.Unavailable) {
					t.Errorf("%v, %v", ok, err)
				}
			})
		}
		group.Wait()
	}
}
