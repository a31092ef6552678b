package store

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"w2w/pkg/clock"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
)

const (
	// registryAge bounds how long a change in the registry may go unseen: 60 s is promised.
	registryAge  = 30 * time.Second
	registryRead = 5 * time.Second
	registrySize = 16384
)

// Cached is a registry that remembers what it has read, also that a client is unknown.
type Cached struct {
	registry domain.Registry
	now      clock.Clock
	flight   singleflight.Group

	mu   sync.RWMutex
	seen map[string]answer
}

type answer struct {
	client domain.Client
	err    error
	until  time.Time
}

// NewCached puts a cache before the registry.
func NewCached(registry domain.Registry, now clock.Clock) *Cached {
	return &Cached{registry: registry, now: now, seen: map[string]answer{}}
}

// Client implements domain.Registry.
func (c *Cached) Client(ctx context.Context, id string) (domain.Client, error) {
	c.mu.RLock()
	a, ok := c.seen[id]
	c.mu.RUnlock()
	if ok && c.now().Before(a.until) {
		return a.client, a.err
	}
	got, err, _ := c.flight.Do(id, func() (any, error) { return c.read(ctx, id) })
	client, _ := got.(domain.Client)
	return client, err
}

// Forget has a client read again at its next call: on this replica a change acts at once.
func (c *Cached) Forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.seen, id)
	c.flight.Forget(id)
}

func (c *Cached) read(ctx context.Context, id string) (domain.Client, error) {
	// Others may wait for this read: it must not end with the one request that began it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), registryRead)
	defer cancel()
	asked := c.now()
	client, err := c.registry.Client(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return client, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) >= registrySize {
		clear(c.seen)
	}
	c.seen[id] = answer{client: client, err: err, until: asked.Add(registryAge)}
	return client, err
}
