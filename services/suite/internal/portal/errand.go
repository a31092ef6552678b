package portal

import (
	"context"
	"fmt"
	"net/http"
	"sync"
)

// Errand is many calls that may be repeated as a whole: every write has a key of its own, made from the errand's name
// and what the write is about, so that what was done before is answered as it was then.
type Errand struct {
	Book     *Book
	API      string // where the paths of the calls begin: /concessions/v1
	Name     string
	Total    int                   // steps
	Progress func(done, total int) // hears of every step; may be nil
	mu       sync.Mutex
	done     int
}

// Key is the Idempotency-Key of one request of the errand.
func (e *Errand) Key(parts ...any) string {
	key := e.Name
	for _, p := range parts {
		key += "-" + fmt.Sprint(p)
	}
	return key
}

// Post makes one write as the client of the administration that holds the scope.
func (e *Errand) Post(ctx context.Context, administration, scope string, c Call) error {
	client, err := e.Book.For(administration, scope)
	if err != nil {
		return err
	}
	return e.PostAs(ctx, client, c)
}

// PostAs makes one write as the client.
func (e *Errand) PostAs(ctx context.Context, client *Client, c Call) error {
	c.Method, c.Path = http.MethodPost, e.API+c.Path
	return client.Do(ctx, c)
}

// Get reads as the client of the administration that holds the scope.
func (e *Errand) Get(ctx context.Context, administration, scope, path string, into any) error {
	client, err := e.Book.For(administration, scope)
	if err != nil {
		return err
	}
	return client.Do(ctx, Call{Method: http.MethodGet, Path: e.API + path, Into: into})
}

// Step tells of steps that are done.
func (e *Errand) Step(steps int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.done += steps
	if e.Progress != nil {
		e.Progress(e.done, e.Total)
	}
}
