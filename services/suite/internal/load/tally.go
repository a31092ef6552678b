package load

import (
	"context"
	"fmt"
	"io"
	"math"
	"sync"
	"time"
)

// tally counts what became of the requests.
type tally struct {
	out   io.Writer
	begin time.Time

	mu           sync.Mutex
	sent, failed int
	took         [steps]int // requests by how long they took
}

// Each step is an eighth of a doubling, from a microsecond on: good for 9 %.
const (
	perDoubling = 8
	steps       = 32 * perDoubling
)

func newTally(out io.Writer) *tally { return &tally{out: out, begin: time.Now()} }

// send sends a request and counts it; one that the end of the load cut off does not count.
func (t *tally) send(ctx context.Context, r request) {
	begin := time.Now()
	err := r.send(ctx, r.by)
	took := time.Since(begin)
	if ctx.Err() != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent++
	t.took[step(took)]++
	if err != nil {
		t.failed++
		fmt.Fprintf(t.out, "failed at %s after %v: %s: %v\n", begin.UTC().Format(time.RFC3339Nano), took.Round(time.Millisecond), r.about, err)
	}
}

func step(took time.Duration) int {
	return min(steps-1, int(perDoubling*math.Log2(max(1, float64(took.Microseconds())))))
}

// within is the time in which the share of all requests was answered.
func (t *tally) within(share float64) time.Duration {
	left := int(math.Ceil(share * float64(t.sent)))
	for i, n := range t.took {
		if left -= n; left <= 0 {
			return time.Duration(math.Exp2(float64(i+1)/perDoubling)) * time.Microsecond
		}
	}
	return 0
}

func (t *tally) tell() {
	t.mu.Lock()
	defer t.mu.Unlock()
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	fmt.Fprintf(t.out, "%d requests, %d failed, %.0f/s, half within %.1f ms, 99 %% within %.1f ms\n",
		t.sent, t.failed, float64(t.sent)/time.Since(t.begin).Seconds(), ms(t.within(0.5)), ms(t.within(0.99)))
}
