package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"w2w/services/suite/internal/portal"
)

const (
	loadScope = "applications:read"
	loadPath  = "/concessions/v1/applications?limit=5"
	loadEvery = 40 * time.Millisecond // between two requests of one client, far below the limit of its kind
)

// errLost is a load of which requests failed.
var errLost = errors.New("requests failed")

// load reads through a gateway as every client of the file that may, none of its requests a second time, and says each
// second how many there were and how many failed: for changing an installation while it is in use.
func load(ctx context.Context, c call) error {
	flags := newFlags()
	lasting := flags.Duration("for", time.Minute, "how long")
	place := suiteFlags(flags)
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	book, err := place.book()
	if err != nil {
		return err
	}
	var readers []*portal.Client
	for _, administration := range book.Administrations(loadScope) {
		reader, err := book.For(administration, loadScope)
		if err != nil {
			return err
		}
		readers = append(readers, reader)
	}
	if len(readers) == 0 {
		return fmt.Errorf("%w: %s", portal.ErrNobody, loadScope)
	}
	return c.loadBy(ctx, readers, *lasting)
}

// tally counts what became of the requests.
type tally struct{ sent, failed atomic.Int64 }

func (t *tally) String() string {
	return fmt.Sprintf("%d requests, %d failed", t.sent.Load(), t.failed.Load())
}

func (c call) loadBy(ctx context.Context, readers []*portal.Client, lasting time.Duration) error {
	ctx, stop := context.WithTimeout(ctx, lasting)
	defer stop()
	var count tally
	var reading sync.WaitGroup
	for _, reader := range readers {
		reading.Go(func() { c.read(ctx, reader, &count) })
	}
	for second := time.NewTicker(time.Second); ctx.Err() == nil; {
		select {
		case <-second.C:
			fmt.Fprintln(c.out, &count)
		case <-ctx.Done():
			second.Stop()
		}
	}
	reading.Wait()
	fmt.Fprintln(c.out, &count)
	if count.failed.Load() > 0 || count.sent.Load() == 0 {
		return fmt.Errorf("%w: %v", errLost, &count)
	}
	return nil
}

// read sends one request after the other; one that the end of the load cut off does not count.
func (c call) read(ctx context.Context, reader *portal.Client, count *tally) {
	for pace := time.NewTicker(loadEvery); ; {
		err := reader.Once(ctx, portal.Call{Method: http.MethodGet, Path: loadPath})
		if ctx.Err() != nil {
			pace.Stop()
			return
		}
		count.sent.Add(1)
		if err != nil {
			count.failed.Add(1)
			fmt.Fprintf(c.out, "failed at %s: %v\n", time.Now().UTC().Format(time.RFC3339Nano), err)
		}
		<-pace.C
	}
}
