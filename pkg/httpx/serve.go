package httpx

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// drainTimeout is how long running requests may take to end; the chart's grace period counts on it (helm/w2w).
const drainTimeout = 20 * time.Second

// A connection ends after this age and up to half of it more, with an answer that says so. Callers that keep their
// connections would otherwise never find a replica that came later; how they spread is decided when they dial.
const connectionAge = time.Minute

type (
	drainingKey struct{}
	lastsKey    struct{}
)

// Draining is closed when the server that runs the request is stopping: whoever waits for something to happen
// answers with what there is. It is nil, which never ends, elsewhere.
func Draining(ctx context.Context) <-chan struct{} {
	draining, _ := ctx.Value(drainingKey{}).(<-chan struct{})
	return draining
}

// Serve answers on the listener until the context ends, then lets running requests finish.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{
		Handler: aging{h}, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 75 * time.Second, MaxHeaderBytes: 12 << 10, // net/http adds 4 KiB of its own
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.WithoutCancel(ctx), drainingKey{}, ctx.Done())
		},
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, lastsKey{}, time.Now().Add(connectionAge+rand.N(connectionAge/2)))
		},
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.Shutdown(drain); err != nil {
		_ = s.Close()
		return fmt.Errorf("drain: %w", err)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// aging ends connections that are old enough.
type aging struct{ http.Handler }

// ServeHTTP implements http.Handler.
func (a aging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if lasts, ok := r.Context().Value(lastsKey{}).(time.Time); ok && time.Now().After(lasts) {
		w.Header().Set("Connection", "close")
	}
	a.Handler.ServeHTTP(w, r)
}
