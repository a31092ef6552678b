package plafond_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/plafond"
)

func TestNothingMovesBeforeTheCommitment(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	assign(t, db, key, 1000)
	_, err := reserve(db, wanted("app/1", 300))
	require.NoError(t, err)
	early := paid("app/1", 100)
	early.EffectiveOn = today.AddDays(-1)
	for name, post := range map[string]func(*database.Tx, plafond.Posting) error{"spend": plafond.Spend, "release": plafond.Release} {
		err := in(db, func(tx *database.Tx) error { return post(tx, early) })
		require.True(t, fault.Is(err, fault.RuleViolated), name)
		require.Equal(t, today, fault.As(err).Extra["committed_on"], name)
		require.NoError(t, in(db, func(tx *database.Tx) error { return post(tx, paid("app/1", 100)) }), name)
	}
}
