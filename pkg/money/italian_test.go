package money_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/money"
)

func TestItalian(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int64]string{0: "0,00", 5: "0,05", 100: "1,00", 38052: "380,52", 100000: "1.000,00", 123456789: "1.234.567,89",
		99999999999: "999.999.999,99", -5: "-0,05", -100000: "-1.000,00", math.MaxInt64: "92.233.720.368.547.758,07", math.MinInt64: "-92.233.720.368.547.758,08"} {
		require.Equal(t, want, money.Italian(cents))
	}
}

func TestEuroAndCount(t *testing.T) {
	t.Parallel()
	require.Equal(t, "€ 1.234,50", money.Euro(123450))
	require.Equal(t, "€ -0,05", money.Euro(-5))
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1.000", -1234567: "-1.234.567", math.MinInt64: "-9.223.372.036.854.775.808"} {
		require.Equal(t, want, money.Count(n))
	}
}
