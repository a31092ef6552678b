package italia_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
)

func TestNobodiesAreValidAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, from := range []int{0, italia.Nobodies - 1000} {
		for n := range 1000 {
			code := italia.Nobody(from + n)
			require.True(t, italia.ValidTaxCode(code), code)
			require.False(t, seen[code], code)
			seen[code] = true
		}
	}
	require.Equal(t, italia.Nobody(0), italia.Nobody(italia.Nobodies))
}
