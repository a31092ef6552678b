package inps

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

// TestPaymentsOfThePoolDiffer wants every worker paid what is due but those whom the simulator gets wrong.
func TestPaymentsOfThePoolDiffer(t *testing.T) {
	t.Parallel()
	due := make([]allowance, 2*forgotten)
	for i := range due {
		due[i] = allowance{Worker: "W", Due: 1000}
	}
	due[0].Due = 0
	list, err := payments(period.MonthOf(period.Of(2010, 12, 1)), due)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(list), "\n"), "\n")
	require.Equal(t, "payment_ref,worker_ref,month,paid_cents,paid_on,reported_on", lines[0])
	require.Equal(t, "P2010-12-W,W,2010-12,1000,2011-01-20,2011-01-21", lines[1])
	require.Len(t, lines[1:], len(due)-3, "two are forgotten, and one has nothing to get")
	require.Equal(t, len(due)/shortPaid, strings.Count(string(list), ",500,"))
}
