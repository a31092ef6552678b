package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/clock"
)

func TestTheDayIsThatOfRome(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2010-12-31T22:59:59Z": "2010-12-31",
		"2010-12-31T23:00:00Z": "2011-01-01", // the budget year turns at midnight in Rome
		"2011-06-30T21:59:59Z": "2011-06-30",
		"2011-06-30T22:00:00Z": "2011-07-01", // summer time: the day of another State share
		"2011-03-27T00:59:59Z": "2011-03-27", // an hour before the clocks go forward
		"2011-10-30T01:00:00Z": "2011-10-30", // the hour that comes twice
	} {
		instant, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		require.Equal(t, want, clock.Fixed(instant).Today().Format(time.DateOnly), at)
	}
}
