// Package load keeps a suite busy through its gateway and counts what fails: for changing an installation while it is
// in use, and for measuring what its processes need.
package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"w2w/services/suite/internal/portal"
)

// Plan says what is sent, and how fast.
type Plan struct {
	Rate    int           // requests a second in all; 0 is as fast as answers come
	Callers int           // how many requests may wait for their answer at once
	Reads   bool          // nothing is filed
	Lasting time.Duration // the load ends before when its context does
}

// ErrLost is a load of which requests failed, or that sent none.
var ErrLost = errors.New("requests failed")

// Run sends what the plan says as all clients of the book in turn. It sends no request a second time, but for reads that
// net/http sends again on a connection that was closed before the answer began. It writes each second what became of
// all so far, and each failure when it happens.
func Run(ctx context.Context, book *portal.Book, p Plan, out io.Writer) error {
	mix, err := newMix(book, p.Reads)
	if err != nil {
		return err
	}
	if err := mix.greet(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, p.Lasting)
	defer stop()
	count := newTally(out)
	var callers sync.WaitGroup
	turns := pace(ctx, p.Rate)
	for range p.Callers {
		callers.Go(func() {
			for turn := range turns {
				count.send(ctx, mix.next(turn))
			}
		})
	}
	for second := time.NewTicker(time.Second); ctx.Err() == nil; {
		select {
		case <-second.C:
			count.tell()
		case <-ctx.Done():
			second.Stop()
		}
	}
	callers.Wait()
	count.tell()
	if count.failed > 0 || count.sent == 0 {
		return fmt.Errorf("%w: %d of %d", ErrLost, count.failed, count.sent)
	}
	return nil
}

// pace numbers the requests and hands them out at the rate, until the context ends. Those that found no caller in time
// follow as soon as one is free, so that a pause of the suite is a crowd afterwards, as with real callers.
func pace(ctx context.Context, rate int) <-chan int {
	turns := make(chan int)
	go func() {
		defer close(turns)
		for begin, turn := time.Now(), 0; ; turn++ {
			if rate > 0 {
				due := begin.Add(time.Duration(turn) * time.Second / time.Duration(rate))
				select {
				case <-time.After(time.Until(due)):
				case <-ctx.Done():
				}
			}
			select {
			case turns <- turn:
			case <-ctx.Done():
				return
			}
		}
	}()
	return turns
}
