package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/clock"
)

func TestTodayIsTheDayInRome(t *testing.T) {
	t.Parallel()
	for instant, day := range map[string]string{
		"2010-12-31T22:59:59Z": "2010-12-31", "2010-12-31T23:00:00Z": "2011-01-01", // one hour ahead in winter
		"2010-07-31T21:59:59Z": "2010-07-31", "2010-07-31T22:00:00Z": "2010-08-01", // two in summer
	} {
		at, err := time.Parse(time.RFC3339, instant)
		require.NoError(t, err)
		require.Equal(t, day, clock.Fixed(at).Today().Format(time.DateOnly), instant)
	}
}
