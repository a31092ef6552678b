package plafond_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/pkg/testkit"
)

var (
	key   = plafond.Key{Administration: "03", Year: 2010, Family: "CIG_DEROGA"}
	today = period.Of(2010, 5, 3)
)

func in(db *database.DB, fn func(tx *database.Tx) error) error {
	return db.Update(context.Background(), "03", fn)
}

func assign(t testing.TB, db *database.DB, cents int64) {
	t.Helper()
	require.NoError(t, in(db, func(tx *database.Tx) error {
		_, err := plafond.Assign(tx, plafond.Assignment{Key: key, Cents: cents, Act: "DI 1/2010", EffectiveOn: today})
		return err
	}))
}

func reserve(db *database.DB, reference string, cents int64) (c plafond.Commitment, err error) {
	err = in(db, func(tx *database.Tx) (err error) {
		c, err = plafond.Reserve(tx, plafond.Reservation{Key: key, Reference: reference, Cents: cents, StatePercent: 70, Act: "D1", EffectiveOn: today})
		return err
	})
	return c, err
}

// balance also checks that the account's row equals the fold of its movements.
func balance(t require.TestingT, db *database.DB, at plafond.AsOf) plafond.Balance {
	all, err := plafond.Balances(context.Background(), db, "03", plafond.Filter{Administration: "03"}, at)
	require.NoError(t, err)
	require.Len(t, all, 1)
	b := all[0]
	require.Equal(t, b.AssignedCents, b.AvailableCents+b.CommittedCents+b.SpentCents)
	return b
}

func checkFold(t require.TestingT, db *database.DB) {
	b := balance(t, db, plafond.AsOf{})
	var stored [4]int64
	require.NoError(t, in(db, func(tx *database.Tx) error {
		return tx.QueryRow("select assigned_cents, available_cents, committed_cents, spent_cents from plafond_accounts", nil, &stored[0], &stored[1], &stored[2], &stored[3])
	}))
	require.Equal(t, [4]int64{b.AssignedCents, b.AvailableCents, b.CommittedCents, b.SpentCents}, stored)
}

// TestPlafond_64 is row 31 of the catalogue: 64 writers on the last euro.
func TestPlafond_64(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "ledger", plafond.Migrations())
	assign(t, db, 1000)
	var won atomic.Int64
	var writers sync.WaitGroup
	for w := range 64 {
		writers.Go(func() {
			_, err := reserve(db, fmt.Sprint("app/", w), 70)
			if err == nil {
				won.Add(1)
			} else if !fault.Is(err, fault.NoFunds) {
				t.Errorf("writer %d: %v", w, err)
			}
		})
	}
	writers.Wait()
	require.EqualValues(t, 14, won.Load())
	require.EqualValues(t, 20, balance(t, db, plafond.AsOf{}).AvailableCents)
	checkFold(t, db)
}

func TestARefusalSaysWhatIsMissingAndTakesNothing(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "ledger", plafond.Migrations())
	_, err := reserve(db, "app/1", 5)
	require.EqualValues(t, 5, fault.As(err).Extra["missing_cents"], "no account is a plafond of 0")
	assign(t, db, 100)
	_, err = reserve(db, "app/1", 130)
	require.EqualValues(t, 30, fault.As(err).Extra["missing_cents"])
	c, err := reserve(db, "app/2", 99)
	require.NoError(t, err)
	require.Equal(t, plafond.Commitment{Reference: "app/2", CommittedCents: 99, StateCents: 69, RegionalCents: 30, ResidualAfterCents: 1}, c)
}

// TestLedger_Model is row 32 of the catalogue: random sequences against a model, equal at each step.
func TestLedger_Model(t *testing.T) {
	t.Parallel()
	rounds := 0
	rapid.Check(t, func(rt *rapid.T) {
		if rounds++; rounds > 12 {
			return
		}
		m := model{t: rt, db: testkit.Database(t, "ledger", plafond.Migrations()), open: map[string]int64{}}
		assign(t, m.db, 500)
		m.assigned, m.available = 500, 500
		for range rapid.IntRange(5, 25).Draw(rt, "steps") {
			rapid.SampledFrom([]func(){m.reserve, m.spend, m.release}).Draw(rt, "step")()
			b := balance(rt, m.db, plafond.AsOf{})
			require.Equal(rt, []int64{m.assigned, m.available, m.committed, m.spent}, []int64{b.AssignedCents, b.AvailableCents, b.CommittedCents, b.SpentCents})
		}
		checkFold(rt, m.db)
	})
}

type model struct {
	t                                     *rapid.T
	db                                    *database.DB
	n                                     int
	open                                  map[string]int64
	assigned, available, committed, spent int64
}

func (m *model) reserve() {
	m.n++
	ref, cents := fmt.Sprint("app/", m.n), rapid.Int64Range(1, 300).Draw(m.t, "cents")
	_, err := reserve(m.db, ref, cents)
	require.Equal(m.t, cents > m.available, fault.Is(err, fault.NoFunds))
	if err == nil {
		m.available, m.committed, m.open[ref] = m.available-cents, m.committed+cents, cents
	}
}

func (m *model) spend() {
	if cents, ok := m.move(plafond.Spend); ok {
		m.spent += cents
	}
}

func (m *model) release() {
	if cents, ok := m.move(plafond.Release); ok {
		m.available += cents
	}
}

func (m *model) move(post func(*database.Tx, plafond.Posting) error) (int64, bool) {
	if m.n == 0 {
		return 0, false
	}
	ref, cents := fmt.Sprint("app/", rapid.IntRange(1, m.n).Draw(m.t, "which")), rapid.Int64Range(1, 200).Draw(m.t, "part")
	err := in(m.db, func(tx *database.Tx) error {
		return post(tx, plafond.Posting{Reference: ref, Cents: cents, Act: "SR41", EffectiveOn: today})
	})
	require.Equal(m.t, cents > m.open[ref], err != nil, "%v", err)
	if err != nil {
		return 0, false
	}
	m.open[ref] -= cents
	m.committed -= cents
	return cents, true
}

func TestTheBooksOfAPastDay(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "ledger", plafond.Migrations())
	assign(t, db, 1000)
	_, err := reserve(db, "app/1", 300)
	require.NoError(t, err)
	later := today.AddDays(30)
	require.NoError(t, in(db, func(tx *database.Tx) error {
		return errors.Join(plafond.Spend(tx, plafond.Posting{Reference: "app/1", Cents: 100, Act: "SR41", EffectiveOn: later}),
			plafond.Release(tx, plafond.Posting{Reference: "app/1", Cents: 200, Act: "D9", EffectiveOn: later}))
	}))
	before := today.AddDays(1)
	require.EqualValues(t, 300, balance(t, db, plafond.AsOf{EffectiveOn: &before}).CommittedCents)
	b := balance(t, db, plafond.AsOf{EffectiveOn: &later})
	require.EqualValues(t, []int64{900, 0, 100}, []int64{b.AvailableCents, b.CommittedCents, b.SpentCents})
}
