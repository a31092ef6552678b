package clock_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/clock"
)

func TestWorkIsRepeatedUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		n := 0
		clock.Every(ctx, time.Millisecond, func() {
			if n++; n == 3 {
				stop()
			}
		})
		ended <- n
	}()
	select {
	case n := <-ended:
		require.GreaterOrEqual(t, n, 3)
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}
