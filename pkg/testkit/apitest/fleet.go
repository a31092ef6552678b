package apitest

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
)

const (
	probeEvery = 50 * time.Millisecond
	drainDelay = time.Second     // many probes: on a busy machine one is late, and so is a call whose replica was chosen before
	grace      = 8 * time.Second // for the end of a process
	startLimit = 20 * time.Second
)

// Fleet is replicas of a program, each a process of its own, and a balancer that asks them again and again whether
// they are ready.
type Fleet struct {
	t       testing.TB
	program string
	environ []string

	mu      sync.Mutex
	members []*Member
}

// Member is one of the replicas.
type Member struct {
	*testkit.Child

	Public, Internal string // host:port
	ready            atomic.Bool
}

// NewFleet is so many replicas of one of the test binary's programs.
func NewFleet(t testing.TB, size int, program string, environ ...string) *Fleet {
	t.Helper()
	f := &Fleet{t: t, program: program, environ: environ}
	ctx, stop := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	t.Cleanup(watching.Wait)
	t.Cleanup(stop)
	for range size {
		f.members = append(f.members, f.start())
	}
	watching.Go(func() { f.watch(ctx) })
	return f
}

// start starts a replica and waits until it takes calls.
func (f *Fleet) start() *Member {
	f.t.Helper()
	m := &Member{Public: testkit.FreeAddress(f.t), Internal: testkit.FreeAddress(f.t)}
	m.Child = testkit.Launch(f.t, f.program, append([]string{"W2W_ADDR=" + m.Public, "W2W_INTERNAL_ADDR=" + m.Internal,
		"W2W_DRAIN_DELAY=" + drainDelay.String(), "W2W_LOG_LEVEL=error"}, f.environ...)...)
	require.Eventually(f.t, m.probe, startLimit, probeEvery, "not ready: %s", m.Child)
	return m
}

// Begin puts a new replica in a place.
func (f *Fleet) Begin(place int) {
	f.t.Helper()
	m := f.start()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.members[place] = m
}

// Add puts one more replica beside the others.
func (f *Fleet) Add() {
	f.t.Helper()
	m := f.start()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.members = append(f.members, m)
}

// Members are the replicas as they are now.
func (f *Fleet) Members() []*Member {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.members)
}

// Ready is one of the replicas that are ready, the n-th in turn; nil when none is.
func (f *Fleet) Ready(n int64) *Member {
	ready := slices.DeleteFunc(f.Members(), func(m *Member) bool { return !m.ready.Load() })
	if len(ready) == 0 {
		return nil
	}
	return ready[n%int64(len(ready))]
}

// Turn stops one replica after the other, so many in all, and puts a new one in its place. Each ends well within the
// grace.
func (f *Fleet) Turn(times int) {
	f.t.Helper()
	for n := range times {
		place := n % len(f.members)
		f.Members()[place].Terminate(grace)
		f.Begin(place)
	}
}

func (f *Fleet) watch(ctx context.Context) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for ; ctx.Err() == nil; <-tick.C {
		for _, m := range f.Members() {
			m.probe()
		}
	}
}

func (m *Member) probe() bool {
	res, err := http.Get("http://" + m.Internal + "/readyz")
	if err == nil {
		err = res.Body.Close()
	}
	m.ready.Store(err == nil && res.StatusCode == http.StatusOK)
	return m.ready.Load()
}
