package money

import (
	"fmt"
	"strconv"
)

// Italian writes cents as euros the Italian way: 123456789 is 1.234.567,89.
func Italian(cents int64) string {
	sign, n := "", uint64(cents)
	if cents < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%s,%02d", sign, Thousands(n/100), n%100)
}

// Euro is Italian behind the sign of the euro: € 1.234.567,89.
func Euro(cents int64) string { return "€ " + Italian(cents) }

// Count writes a whole number with Thousands, and its sign when it is below zero.
func Count(n int64) string {
	if n < 0 {
		return "-" + Thousands(-uint64(n))
	}
	return Thousands(uint64(n))
}

// Thousands writes a whole number with a point before each group of three digits.
func Thousands(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits
}
