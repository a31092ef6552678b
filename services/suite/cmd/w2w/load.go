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

// loadPaths are what is read of each service, by the scope that it needs.
var loadPaths = map[string]string{"applications:read": "/concessions/v1/applications?limit=5", "pool:read": "/lsu/v1/conventions?limit=5"}

const (
	loadEvery = 40 * time.Millisecond // between two requests of one reader, far below the limit of its kind
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
	var readers []reader
	for scope, path := range loadPaths {
		all := book.Administrations(scope)
		if len(all) == 0 {
			return fmt.Errorf("%w: %s", portal.ErrNobody, scope)
		}
		for _, administration := range all {
			client, err := book.For(administration, scope)
			if err != nil {
				return err
			}
			readers = append(readers, reader{client, path})
		}
	}
	return c.loadBy(ctx, readers, *lasting)
}

// reader is a client and what it reads, over and over.
type reader struct {
	client *portal.Client
	path   string
}

// tally counts what became of the requests.
type tally struct{ sent, failed atomic.Int64 }

func (t *tally) String() string {
	return fmt.Sprintf("%d requests, %d failed", t.sent.Load(), t.failed.Load())
}

func (c call) loadBy(ctx context.Context, readers []reader, lasting time.Duration) error {
	ctx, stop := context.WithTimeout(ctx, lasting)
	defer stop()
	var count tally
	var reading sync.WaitGroup
	for _, r := range readers {
		reading.Go(func() { c.read(ctx, r, &count) })
	}
	for second := time.NewTicker(time.Second); ctx.Err() == nil; {
		select {
		case <-second.C:
			fmt.Fprintf(c.out, "%v\n", &count)
		case <-ctx.Done():
			second.Stop()
		}
	}
	reading.Wait()
	fmt.Fprintf(c.out, "%v\n", &count)
	if count.failed.Load() > 0 || count.sent.Load() == 0 {
		return fmt.Errorf("%w: %v", errLost, &count)
	}
	return nil
}

// read sends one request after the other; one that the end of the load cut off does not count.
func (c call) read(ctx context.Context, r reader, count *tally) {
	for pace := time.NewTicker(loadEvery); ; {
		err := r.client.Once(ctx, portal.Call{Method: http.MethodGet, Path: r.path})
		if ctx.Err() != nil {
			pace.Stop()
			return
		}
		count.sent.Add(1)
		if err != nil {
			count.failed.Add(1)
			fmt.Fprintf(c.out, "failed at %s: %s: %v\n", time.Now().UTC().Format(time.RFC3339Nano), r.path, err)
		}
		<-pace.C
	}
}
