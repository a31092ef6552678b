package params

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

const shares = `
- {key: share.state_percent, value: 70, valid_from: 2009-02-12, valid_to: 2011-06-30, legal_ref: Accordo 2009}
- {key: share.state_percent, value: 60, valid_from: 2011-07-01, legal_ref: Accordo 2011}
- {key: rule.NO_DID.enabled, value: true, valid_from: 2009-01-01, legal_ref: L. 2/2009}
`

func load(t *testing.T, text string) (Set, error) {
	t.Helper()
	rows, err := Files(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
	require.NoError(t, err)
	return NewSet(rows)
}

func TestAValueHoldsFromItsFirstToItsLastDay(t *testing.T) {
	t.Parallel()
	s, err := load(t, shares)
	require.NoError(t, err)
	for day, want := range map[period.Date]int64{period.Of(2011, 6, 30): 70, period.Of(2011, 7, 1): 60, period.Of(2030, 1, 1): 60} {
		got, ok := s.Int("share.state_percent", day)
		require.True(t, ok)
		require.Equal(t, want, got, day)
	}
	_, ok := s.Int("share.state_percent", period.Of(2009, 2, 11))
	require.False(t, ok)
	on, ok := s.Bool("rule.NO_DID.enabled", period.Of(2010, 1, 1))
	require.True(t, ok && on)
	require.Equal(t, "Accordo 2011", s.LegalRef("share.state_percent", period.Of(2011, 7, 1)))
}

func TestTwoValuesOnOneDayAreRefused(t *testing.T) {
	t.Parallel()
	_, err := load(t, shares+"- {key: share.state_percent, value: 50, valid_from: 2012-01-01, legal_ref: x}\n")
	require.ErrorContains(t, err, "two values on 2012-01-01")
}

func TestAFileWithoutSourceIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"- {key: a, value: 1, valid_from: 2009-01-01}", "- {key: a, value: 1, valid_from: 2009-02-30, legal_ref: x}", "- {kee: a}"} {
		_, err := Files(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
		require.Error(t, err, text)
	}
}
