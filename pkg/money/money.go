// Package money does exact arithmetic on euro cents: fractions all the way, rounded once, half up.
package money

import (
	"math"
	"math/big"
	"math/bits"
)

// Share returns cents x num / den rounded half up to whole cents. It is exact for every int64; a den of 0
// shares nothing, and what no int64 holds becomes the nearest int64.
func Share(cents, num, den int64) int64 {
	if cents < 0 || num < 0 || den <= 0 {
		return bigShare(cents, num, den)
	}
	if v, ok := MulDiv(uint64(cents), uint64(num), uint64(den)); ok {
		return v
	}
	return math.MaxInt64
}

// MulDiv returns a x b / den rounded half up, on 128 bits and without memory; false when den is 0 or the
// result does not stay below the greatest int64.
func MulDiv(a, b, den uint64) (int64, bool) {
	hi, lo := bits.Mul64(a, b)
	if hi >= den {
		return 0, false
	}
	quotient, rest := bits.Div64(hi, lo, den)
	if quotient >= math.MaxInt64 {
		return 0, false
	}
	if rest >= den-rest {
		quotient++
	}
	return int64(quotient), true
}

// HalfUp rounds a fraction of cents to whole cents; a half goes towards the greater number.
func HalfUp(r *big.Rat) int64 { return halfUp(new(big.Int).Set(r.Num()), r.Denom()) }

func bigShare(cents, num, den int64) int64 {
	if den == 0 {
		return 0
	}
	r := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(cents), big.NewInt(num)), big.NewInt(den))
	return HalfUp(r)
}

// halfUp returns floor(num/den + 1/2); it uses num as its scratch space.
func halfUp(num, den *big.Int) int64 {
	num.Lsh(num, 1).Add(num, den)
	num.Div(num, new(big.Int).Lsh(den, 1))
	switch {
	case num.IsInt64():
		return num.Int64()
	case num.Sign() < 0:
		return math.MinInt64
	default:
		return math.MaxInt64
	}
}
