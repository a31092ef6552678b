package gateway_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

// TestALateRoundIsNotFollowedAtOnce has a round that takes longer than the time between two.
func TestALateRoundIsNotFollowedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var begun []time.Duration
		first := time.Now()
		gateway.Repeat(ctx, time.Second, func(context.Context) error {
			begun = append(begun, time.Since(first))
			switch len(begun) {
			case 1:
				<-time.After(1900 * time.Millisecond)
			case 3:
				stop()
			}
			return nil
		})
		require.Equal(t, []time.Duration{time.Second, 3900 * time.Millisecond, 4900 * time.Millisecond}, begun)
	})
}
