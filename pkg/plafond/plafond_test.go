package plafond_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/pkg/plafond/plafondtest"
	"w2w/pkg/testkit"
)

var (
	key   = plafond.Key{Administration: "03", Year: 2010, Family: "CIG_DEROGA"}
	today = period.Of(2010, 5, 3)
)

// ledger opens an empty ledger whose books are checked when the test ends.
func ledger(t *testing.T) *database.DB {
	t.Helper()
	db := testkit.Database(t, "ledger", plafond.Migrations())
	t.Cleanup(func() { plafondtest.CheckInvariants(t, db) })
	return db
}

func in(db *database.DB, fn func(tx *database.Tx) error) error {
	return db.Update(context.Background(), "03", fn)
}

func assign(t require.TestingT, db *database.DB, k plafond.Key, cents int64) {
	require.NoError(t, in(db, func(tx *database.Tx) error {
		_, err := plafond.Assign(tx, plafond.Assignment{Key: k, Cents: cents, Act: "DI 1/2010", EffectiveOn: today})
		return err
	}))
}

func wanted(reference string, cents int64) plafond.Reservation {
	return plafond.Reservation{Key: key, Reference: reference, Cents: cents, StatePercent: 70, Act: "D1", EffectiveOn: today}
}

func reserve(db *database.DB, r plafond.Reservation) (c plafond.Commitment, err error) {
	err = in(db, func(tx *database.Tx) (err error) {
		c, err = plafond.Reserve(tx, r)
		return err
	})
	return c, err
}

func queued(db *database.DB, r plafond.Reservation) (c plafond.Commitment, err error) {
	err = in(db, func(tx *database.Tx) error { return plafond.QueueReserve(tx, r, &c) })
	return c, err
}

func paid(reference string, cents int64) plafond.Posting {
	return plafond.Posting{Reference: reference, Cents: cents, Act: "SR41", EffectiveOn: today}
}

func balance(t require.TestingT, db *database.DB, at plafond.AsOf) plafond.Balance {
	all, err := plafond.Balances(context.Background(), db, "03", plafond.Filter{Administration: "03"}, at)
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

func buckets(b plafond.Balance) []int64 {
	return []int64{b.AssignedCents, b.AvailableCents, b.CommittedCents, b.SpentCents}
}

// Both ways of reserving obey the same rules; the season's example 6 gives the split.
func TestReserve(t *testing.T) {
	t.Parallel()
	for name, reserve := range map[string]func(*database.DB, plafond.Reservation) (plafond.Commitment, error){"at once": reserve, "queued": queued} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := ledger(t)
			_, err := reserve(db, wanted("app/1", 5))
			require.EqualValues(t, 5, fault.As(err).Extra["missing_cents"], "no account is a plafond of 0")
			assign(t, db, key, 1718822)
			_, err = reserve(db, wanted("app/1", 1718823))
			require.True(t, fault.Is(err, fault.NoFunds))
			require.Equal(t, map[string]any{"available_cents": int64(1718822), "missing_cents": int64(1)}, fault.As(err).Extra)
			c, err := reserve(db, wanted("app/2", 470784))
			require.NoError(t, err)
			require.Equal(t, plafond.Commitment{Reference: "app/2", CommittedCents: 470784, StateCents: 329549, RegionalCents: 141235, ResidualAfterCents: 1248038}, c)
			_, err = reserve(db, wanted("app/2", 1))
			require.True(t, fault.Is(err, fault.AlreadyExists), "%v", err)
			_, err = reserve(db, wanted("app/3", -1))
			require.True(t, fault.Is(err, fault.RuleViolated), "%v", err)
			require.Equal(t, []int64{1718822, 1248038, 470784, 0}, buckets(balance(t, db, plafond.AsOf{})))
		})
	}
}

// An estimate of nothing is within any plafond, also one that was never opened (RULES.md of the season).
func TestACommitmentOfNothing(t *testing.T) {
	t.Parallel()
	for name, reserve := range map[string]func(*database.DB, plafond.Reservation) (plafond.Commitment, error){"at once": reserve, "queued": queued} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := ledger(t)
			c, err := reserve(db, wanted("app/1", 0))
			require.NoError(t, err)
			require.Equal(t, plafond.Commitment{Reference: "app/1"}, c)
			assign(t, db, key, 100)
			c, err = reserve(db, wanted("app/2", 0))
			require.NoError(t, err)
			require.EqualValues(t, 100, c.ResidualAfterCents)
			require.NoError(t, in(db, func(tx *database.Tx) error {
				released, err := plafond.Reverse(tx, plafond.Reversal{Reference: "app/2", Act: "D9", EffectiveOn: today})
				require.Zero(t, released)
				return err
			}))
			require.Equal(t, []int64{100, 100, 0, 0}, buckets(balance(t, db, plafond.AsOf{})))
		})
	}
}

func TestARefusedFileDoesNotStopTheNextInTheSameTransaction(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 100)
	require.NoError(t, in(db, func(tx *database.Tx) error {
		_, err := plafond.Reserve(tx, wanted("app/1", 101))
		require.True(t, fault.Is(err, fault.NoFunds))
		require.True(t, fault.Is(plafond.Spend(tx, paid("app/1", 1)), fault.NotFound))
		_, err = plafond.Reserve(tx, wanted("app/2", 100))
		require.NoError(t, err)
		err = plafond.Spend(tx, paid("app/2", 101))
		require.True(t, fault.Is(err, fault.RuleViolated))
		require.EqualValues(t, 100, fault.As(err).Extra["residual_cents"])
		return plafond.Spend(tx, paid("app/2", 40))
	}))
	require.Equal(t, []int64{100, 0, 60, 40}, buckets(balance(t, db, plafond.AsOf{})))
}

func TestQueuedWithoutFundsStoresNothingOfTheTransaction(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 100)
	err := in(db, func(tx *database.Tx) error {
		var c plafond.Commitment
		if err := plafond.QueueReserve(tx, wanted("app/1", 60), &c); err != nil {
			return err
		}
		return plafond.QueueReserve(tx, wanted("app/2", 60), &c)
	})
	require.True(t, fault.Is(err, fault.NoFunds), "%v", err)
	require.EqualValues(t, 20, fault.As(err).Extra["missing_cents"])
	require.Equal(t, []int64{100, 100, 0, 0}, buckets(balance(t, db, plafond.AsOf{})))
}

func withdraw(db *database.DB, a plafond.Assignment) error {
	return in(db, func(tx *database.Tx) error {
		_, err := plafond.Withdraw(tx, a)
		return err
	})
}

func TestWithdrawTakesOnlyWhatIsAvailable(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 100)
	_, err := reserve(db, wanted("app/1", 70))
	require.NoError(t, err)
	for cents, code := range map[int64]fault.Code{31: fault.NoFunds, 0: fault.RuleViolated} {
		err := withdraw(db, plafond.Assignment{Key: key, Cents: cents})
		require.True(t, fault.Is(err, code), "%d: %v", cents, err)
	}
	early := fault.As(withdraw(db, plafond.Assignment{Key: key, Cents: 30, Act: "DI 2/2010", EffectiveOn: today.AddDays(-1)}))
	require.Equal(t, today, early.Extra["not_before"], "the books of a past day would hold less than nothing")
	require.NoError(t, withdraw(db, plafond.Assignment{Key: key, Cents: 30, Act: "DI 2/2010", EffectiveOn: today}))
	never := plafond.Key{Administration: "03", Year: 2009, Family: "CIG_DEROGA"}
	require.True(t, fault.Is(withdraw(db, plafond.Assignment{Key: never, Cents: 1}), fault.NoFunds), "an account that was never opened")
	require.Equal(t, []int64{70, 0, 70, 0}, buckets(balance(t, db, plafond.AsOf{})))
}

func TestReverse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		recovered bool
		back      int64
		want      []int64
	}{
		"a revocation keeps what was paid":    {false, 59, []int64{100, 60, 0, 40}},
		"an annulment recovers what was paid": {true, 99, []int64{100, 100, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := ledger(t)
			assign(t, db, key, 100)
			_, err := reserve(db, wanted("app/1", 99))
			require.NoError(t, err)
			for _, back := range []int64{c.back, 0} { // a second reversal finds nothing
				require.NoError(t, in(db, func(tx *database.Tx) error {
					if back > 0 {
						require.NoError(t, plafond.Spend(tx, paid("app/1", 40)))
					}
					got, err := plafond.Reverse(tx, plafond.Reversal{Reference: "app/1", Recovered: c.recovered, Act: "D2", EffectiveOn: today})
					require.Equal(t, back, got)
					return err
				}))
			}
			require.Equal(t, c.want, buckets(balance(t, db, plafond.AsOf{})))
		})
	}
}

// Two transactions name the same accounts in opposite order: without Lock they would wait for each other.
func TestLockTakesAccountsInOneOrder(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	other := key
	other.Year = 2011
	assign(t, db, key, 1000)
	assign(t, db, other, 1000)
	var both sync.WaitGroup
	for w, keys := range [][]plafond.Key{{key, other}, {other, key}} {
		both.Go(func() {
			for n := range 50 {
				attempts := 0
				err := in(db, func(tx *database.Tx) error {
					attempts++
					plafond.Lock(tx, keys...)
					for i, k := range keys {
						r := wanted(string(rune('a'+w))+string(rune('a'+i))+string(rune('0'+n)), 1)
						r.Key = k
						if _, err := plafond.Reserve(tx, r); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil || attempts != 1 {
					t.Errorf("worker %d: %d attempts, %v", w, attempts, err)
				}
			}
		})
	}
	both.Wait()
}
