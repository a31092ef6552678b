// Package money does exact arithmetic on euro cents: fractions all the way, rounded once, half up.
package money

import "math/big"

// Share returns cents x num / den rounded half up to whole cents. It is exact for every int64.
func Share(cents, num, den int64) int64 {
	r := new(big.Int).Mul(big.NewInt(cents), big.NewInt(num))
	return halfUp(r, big.NewInt(den))
}

// HalfUp rounds a fraction of cents that is not negative to whole cents.
func HalfUp(r *big.Rat) int64 { return halfUp(new(big.Int).Set(r.Num()), r.Denom()) }

// halfUp returns floor(num/den + 1/2); it uses num as its scratch space.
func halfUp(num, den *big.Int) int64 {
	num.Lsh(num, 1).Add(num, den)
	num.Div(num, new(big.Int).Lsh(den, 1))
	return num.Int64()
}
