package money

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestShareRoundsHalfUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cents, num, den, want int64 }{
		"worked example 6":        {470784, 70, 100, 329549},
		"half goes up":            {5, 1, 2, 3},
		"below half":              {4, 1, 3, 1},
		"zero":                    {0, 60, 100, 0},
		"beyond 64 bits":          {9_000_000_000_000_000_000, 70, 100, 6_300_000_000_000_000_000},
		"a negative half goes up": {-5, 1, 2, -2},
		"a negative third":        {-4, 1, 3, -1},
		"nothing to share by":     {100, 70, 0, 0},
		"too great for an int64":  {math.MaxInt64, 3, 2, math.MaxInt64},
		"too small for an int64":  {math.MinInt64, 3, 2, math.MinInt64},
	} {
		require.Equal(t, c.want, Share(c.cents, c.num, c.den), name)
	}
}

func TestShareIsTheRoundedFraction(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64().Draw(t, "cents")
		den := rapid.Int64Range(1, 1<<40).Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		exact := new(big.Rat).Mul(big.NewRat(num, den), new(big.Rat).SetInt64(cents))
		got := new(big.Rat).SetInt64(Share(cents, num, den))
		off := got.Sub(got, exact) // in (-1/2, 1/2]
		require.LessOrEqual(t, off.Cmp(big.NewRat(1, 2)), 0)
		require.Positive(t, off.Cmp(big.NewRat(-1, 2)))
	})
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

func TestMulDivRefusesWhatItCannotHold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][3]uint64{
		"den 0":            {1, 1, 0},
		"beyond 64 bits":   {math.MaxUint64, 2, 1},
		"beyond an int64":  {math.MaxUint64, 1, 2},
		"128 bits over 64": {math.MaxUint64, math.MaxUint64, 3},
	} {
		_, ok := MulDiv(c[0], c[1], c[2])
		require.False(t, ok, name)
	}
	got, ok := MulDiv(math.MaxUint64, math.MaxUint64, math.MaxUint64-1<<63)
	require.False(t, ok, "%d", got)
}

func BenchmarkShare(b *testing.B) {
	for b.Loop() {
		Share(470784, 70, 100)
	}
}
