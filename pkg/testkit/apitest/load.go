package apitest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Load is workers that send calls one after the other. A call that fails fails the test: none is tried again, not even
// by net/http.
type Load struct {
	Answered func(res *http.Response) // told of each success; nil: nobody

	t      testing.TB
	client *http.Client
	next   func(n int64) *http.Request // nil: nobody to call now
	sent   atomic.Int64
	reads  atomic.Int64
	writes atomic.Int64
}

// NewLoad sends what next gives for the numbers from 1 on.
func NewLoad(t testing.TB, next func(n int64) *http.Request) *Load {
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	return &Load{t: t, next: next, client: &http.Client{Transport: transport, Timeout: 20 * time.Second}}
}

// Run sends by so many workers while something is done, and until as many calls more have been answered afterwards.
func (l *Load) Run(workers int, during func()) {
	l.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	for range workers {
		all.Go(func() {
			for ctx.Err() == nil {
				l.send()
			}
		})
	}
	const more = 50
	l.until(more)
	during()
	l.until(l.Reads() + l.Writes() + more)
}

func (l *Load) until(calls int64) {
	l.t.Helper()
	require.Eventually(l.t, func() bool { return l.Reads()+l.Writes() >= calls }, startLimit, 10*time.Millisecond, "the load goes on")
}

// Reads is how many of them were answered.
func (l *Load) Reads() int64 { return l.reads.Load() }

// Writes is how many of them were answered.
func (l *Load) Writes() int64 { return l.writes.Load() }

func (l *Load) send() {
	r := l.next(l.sent.Add(1))
	if r == nil {
		<-time.After(time.Millisecond)
		return
	}
	connections := 0
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connections++ }}
	res, err := l.client.Do(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil {
		l.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		return
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= http.StatusMultipleChoices || connections != 1 {
		l.t.Errorf("%s %s: %d %s %v, by %d connections", r.Method, r.URL, res.StatusCode, raw, err, connections)
		return
	}
	if l.Answered != nil {
		l.Answered(res)
	}
	if r.Method == http.MethodGet {
		l.reads.Add(1)
	} else {
		l.writes.Add(1)
	}
}
