package plafond_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/plafond"
	"w2w/pkg/plafond/plafondtest"
)

// TestLedger_Model is row 32 of the catalogue: random sequences of every movement against a model in
// memory, equal at each step. Each sequence has an account of its own.
func TestLedger_Model(t *testing.T) {
	t.Parallel()
	db, round := ledger(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		m := &model{t: rt, db: db, key: key, open: map[string]*open{}}
		m.key.Fund = fmt.Sprint("FUND_", round)
		m.assign()
		for range rapid.IntRange(5, 25).Draw(rt, "steps") {
			rapid.SampledFrom([]func(){m.assign, m.withdraw, m.reserve, m.reserve, m.spend, m.refund, m.release, m.reverse}).Draw(rt, "step")()
			m.compare()
		}
		plafondtest.CheckInvariants(rt, db)
	})
}

type open struct{ committed, spent, released int64 }

type model struct {
	t                                     *rapid.T
	db                                    *database.DB
	key                                   plafond.Key
	references                            []string
	open                                  map[string]*open
	assigned, available, committed, spent int64
}

func (m *model) compare() {
	all, err := plafond.Balances(context.Background(), m.db, "03", plafond.Filter{}, plafond.AsOf{})
	require.NoError(m.t, err)
	for _, b := range all {
		if b.Fund == m.key.Fund {
			require.Equal(m.t, []int64{m.assigned, m.available, m.committed, m.spent}, buckets(b))
			return
		}
	}
	require.Fail(m.t, "the account is missing")
}

func (m *model) cents() int64 { return rapid.Int64Range(1, 300).Draw(m.t, "cents") }

func (m *model) assign() {
	cents := m.cents()
	assign(m.t, m.db, m.key, cents)
	m.assigned, m.available = m.assigned+cents, m.available+cents
}

func (m *model) withdraw() {
	cents := m.cents()
	err := withdraw(m.db, plafond.Assignment{Key: m.key, Cents: cents, EffectiveOn: today})
	require.Equal(m.t, cents > m.available, fault.Is(err, fault.NoFunds), "%v", err)
	if err == nil {
		m.assigned, m.available = m.assigned-cents, m.available-cents
	}
}

func (m *model) reserve() {
	ref, cents := fmt.Sprint(m.key.Fund, "/", len(m.references)), m.cents()
	r := wanted(ref, cents)
	r.Key = m.key
	how := rapid.SampledFrom([]func(*database.DB, plafond.Reservation) (plafond.Commitment, error){reserve, queued}).Draw(m.t, "how")
	c, err := how(m.db, r)
	require.Equal(m.t, cents > m.available, fault.Is(err, fault.NoFunds), "%v", err)
	if err != nil {
		require.EqualValues(m.t, cents-m.available, fault.As(err).Extra["missing_cents"])
		return
	}
	m.available, m.committed = m.available-cents, m.committed+cents
	require.Equal(m.t, m.available, c.ResidualAfterCents)
	m.references, m.open[ref] = append(m.references, ref), &open{committed: cents}
}

// post draws a commitment and an amount and says whether the ledger took the posting; it must when it may.
func (m *model) post(movement func(*database.Tx, plafond.Posting) error, may func(o *open, cents int64) bool) (*open, int64) {
	if len(m.references) == 0 {
		return &open{}, 0
	}
	ref, cents := rapid.SampledFrom(m.references).Draw(m.t, "which"), m.cents()
	o := m.open[ref]
	err := in(m.db, func(tx *database.Tx) error { return movement(tx, paid(ref, cents)) })
	require.Equal(m.t, may(o, cents), err == nil, "%v", err)
	if err != nil {
		require.True(m.t, fault.Is(err, fault.RuleViolated), "%v", err)
		return o, 0
	}
	return o, cents
}

func fits(o *open, cents int64) bool { return o.spent+o.released+cents <= o.committed }

func (m *model) spend() {
	o, cents := m.post(plafond.Spend, fits)
	o.spent, m.committed, m.spent = o.spent+cents, m.committed-cents, m.spent+cents
}

func (m *model) release() {
	o, cents := m.post(plafond.Release, fits)
	o.released, m.committed, m.available = o.released+cents, m.committed-cents, m.available+cents
}

func (m *model) refund() {
	o, cents := m.post(plafond.Refund, func(o *open, cents int64) bool { return cents <= o.spent })
	o.spent, m.committed, m.spent = o.spent-cents, m.committed+cents, m.spent-cents
}

func (m *model) reverse() {
	if len(m.references) == 0 {
		return
	}
	r := plafond.Reversal{Reference: rapid.SampledFrom(m.references).Draw(m.t, "which"), Recovered: rapid.Bool().Draw(m.t, "recovered"), EffectiveOn: today}
	o := m.open[r.Reference]
	residual, recovered := o.committed-o.spent-o.released, int64(0)
	if r.Recovered {
		recovered = o.spent
	}
	require.NoError(m.t, in(m.db, func(tx *database.Tx) error {
		back, err := plafond.Reverse(tx, r)
		require.Equal(m.t, residual+recovered, back)
		return err
	}))
	o.spent, o.released = o.spent-recovered, o.released+residual+recovered
	m.committed, m.spent, m.available = m.committed-residual, m.spent-recovered, m.available+residual+recovered
}
