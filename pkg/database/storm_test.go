package database_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/testkit"
)

// narrow is a database with one connection for everybody.
func narrow(t *testing.T) *database.DB {
	t.Helper()
	_, url := testkit.URLs(t, "notes", notes)
	db, err := database.Open(context.Background(), database.Options{URL: url, Schema: "notes", MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

// TestRLS_Pool is row 14 of the catalogue: one connection serves administrations in turn, with refusals, panics,
// broken statements and callers who go away in between; nobody ever sees a row of another, and without a caller
// there are no rows.
func TestRLS_Pool(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), narrow(t)
	want := map[string]int{"03": 0, "07": 0}
	for n := range 3000 {
		administration := []string{"03", "07"}[n/5%2]
		if spoiled(db, n, administration) {
			want[administration]++
		}
		var seen, foreign int
		require.NoError(t, db.Read(ctx, administration, func(b *pgx.Batch) {
			b.Queue("select count(*), count(*) filter (where administration <> $1) from notes", administration).
				QueryRow(func(r pgx.Row) error { return r.Scan(&seen, &foreign) })
		}))
		require.Equal(t, []int{want[administration], 0}, []int{seen, foreign}, "transaction %d", n)
		var unset int
		require.NoError(t, db.Pool().QueryRow(ctx, "select count(*) from notes").Scan(&unset))
		require.Zero(t, unset, "transaction %d", n)
	}
	require.Positive(t, want["03"])
	require.Equal(t, want["03"]+want["07"], count(t, db, "*"))
}

// spoiled runs a transaction that ends in one of five ways; it says whether the row is there.
func spoiled(db *database.DB, n int, administration string) (stored bool) {
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	defer func() { _ = recover() }()
	return db.Update(ctx, administration, func(tx *database.Tx) error {
		if _, err := tx.Exec("insert into notes values ($1, $2, 0)", n, administration); err != nil {
			return err
		}
		switch n % 5 {
		case 1:
			return errors.New("refused")
		case 2:
			panic("ours")
		case 3:
			tx.Queue("select 1 / 0")
		case 4:
			leave()
		}
		return nil
	}) == nil
}

// raise fails with a code of PostgreSQL.
func raise(code string) func(tx *database.Tx) error {
	return func(tx *database.Tx) error {
		_, err := tx.Exec(fmt.Sprintf("do $$ begin raise exception 'storm' using errcode = '%s'; end $$", code))
		return err
	}
}

// outlive sets a limit for the transaction and goes beyond it.
func outlive(limit, statement string) func(tx *database.Tx) error {
	return func(tx *database.Tx) error {
		if _, err := tx.Exec("set local " + limit + " = '20ms'"); err != nil {
			return err
		}
		<-time.After(100 * time.Millisecond)
		_, err := tx.Exec(statement)
		return err
	}
}

// TestRetry is row 39 of the catalogue: what may succeed at once is tried five times, then the answer is 503; what
// ran into a timeout is not tried again. Nothing is stored, and the connection serves the next.
func TestRetry(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), narrow(t)
	for name, x := range map[string]struct {
		tries int
		fail  func(tx *database.Tx) error
	}{
		"serialization failures": {5, raise("40001")},
		"deadlocks":              {5, raise("40P01")},
		"a slow statement":       {1, outlive("statement_timeout", "select pg_sleep(5)")},
		"a lock held elsewhere":  {1, raise("55P03")},
		"an idle transaction":    {1, outlive("idle_in_transaction_session_timeout", "select 1")},
		"a server that stops":    {1, raise("57P01")},
	} {
		tries := 0
		err := db.Update(ctx, "03", func(tx *database.Tx) error {
			tries++
			if _, err := tx.Exec("insert into notes values (1, '03', 0)"); err != nil {
				return err
			}
			return x.fail(tx)
		})
		require.True(t, fault.Is(err, fault.Unavailable), "%s: %v", name, err)
		require.Equal(t, x.tries, tries, name)
		require.Zero(t, count(t, db, "*"), name)
	}
	tries := 0
	require.NoError(t, db.Update(ctx, "03", func(tx *database.Tx) error {
		if tries++; tries < 5 {
			return raise("40001")(tx)
		}
		return put(1, "03")(tx)
	}))
	require.Equal(t, 1, count(t, db, "*"), "the fifth try may succeed")
}

// TestRetry_Deadlock lets pairs lock two rows in opposite order: every one of them gets through in the end.
func TestRetry_Deadlock(t *testing.T) {
	t.Parallel()
	ctx, db := context.Background(), testkit.Database(t, "notes", notes)
	for id := range 2 {
		require.NoError(t, db.Update(ctx, "03", put(id, "03")))
	}
	var both sync.WaitGroup
	met, errs, tries := make(chan struct{}), [2]error{}, [2]int{}
	for i := range 2 {
		both.Go(func() {
			errs[i] = db.Update(ctx, "03", func(tx *database.Tx) error {
				if _, err := tx.Exec("update notes set n = n + 1 where id = $1", i); err != nil {
					return err
				}
				if tries[i]++; tries[i] == 1 { // both hold a row before either asks for the other's
					select {
					case met <- struct{}{}:
					case <-met:
					}
				}
				_, err := tx.Exec("update notes set n = n + 1 where id = $1", 1-i)
				return err
			})
		})
	}
	both.Wait()
	require.NoError(t, errors.Join(errs[:]...))
	require.Equal(t, 3, tries[0]+tries[1], "one of them was tried twice")
	var sum int
	require.NoError(t, db.Read(ctx, "03", func(b *pgx.Batch) {
		b.Queue("select sum(n) from notes").QueryRow(func(r pgx.Row) error { return r.Scan(&sum) })
	}))
	require.Equal(t, 4, sum, "each update once")
}

// TestNoStatementWaitsForEver reads the limits of a fresh connection.
func TestNoStatementWaitsForEver(t *testing.T) {
	t.Parallel()
	db := narrow(t)
	for name, want := range map[string]string{"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "10s"} {
		var value string
		require.NoError(t, db.Pool().QueryRow(context.Background(), "select current_setting($1)", name).Scan(&value))
		require.Equal(t, want, value, name)
	}
}
