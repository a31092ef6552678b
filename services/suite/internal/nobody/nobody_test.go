package nobody_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
	"w2w/services/suite/internal/nobody"
)

func TestTaxCodesAreValidAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, from := range []int{0, nobody.Codes - 1000} {
		for n := range 1000 {
			code := nobody.TaxCode(from + n)
			require.True(t, italia.ValidTaxCode(code), code)
			require.False(t, seen[code], code)
			seen[code] = true
		}
	}
	require.Equal(t, nobody.TaxCode(0), nobody.TaxCode(nobody.Codes))
}
