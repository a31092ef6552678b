package money

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestShareRoundsHalfUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cents, num, den, want int64 }{
		"worked example 6": {470784, 70, 100, 329549},
		"half goes up":     {5, 1, 2, 3},
		"below half":       {4, 1, 3, 1},
		"zero":             {0, 60, 100, 0},
		"beyond 64 bits":   {9_000_000_000_000_000_000, 70, 100, 6_300_000_000_000_000_000},
	} {
		require.Equal(t, c.want, Share(c.cents, c.num, c.den), name)
	}
}

func TestSharesNeverLoseACent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(0, 1e15).Draw(t, "cents")
		num := rapid.Int64Range(0, 100).Draw(t, "percent")
		got := HalfUp(big.NewRat(cents*num, 100))
		require.Equal(t, Share(cents, num, 100), got)
		require.LessOrEqual(t, got*100-cents*num, int64(50))
		require.Greater(t, got*100-cents*num, int64(-50))
	})
}
