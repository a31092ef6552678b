package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/concessions/internal/domain"
)

func TestOnlyCompaniesAreNamed(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"12345678903": true, "00743110157": true, "RSSMRA85T10A562S": false, "1234567890": false,
		"123456789012": false, "": false, "RSSMRA85T10": false, "1234567890\u0663": false} {
		require.Equal(t, want, domain.Named(code), code)
	}
}

func TestAThousandEurosAreNotListed(t *testing.T) {
	t.Parallel()
	p := domain.Publication{ThresholdCents: 100000}
	require.False(t, p.Lists(100000))
	require.True(t, p.Lists(100001))
}
