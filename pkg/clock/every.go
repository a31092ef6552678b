package clock

import (
	"context"
	"time"
)

// Every works at every tick until the context ends; a tick that passes during the work is made up for once.
func Every(ctx context.Context, pause time.Duration, work func()) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			work()
		}
	}
}
