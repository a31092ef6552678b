package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/gin-gonic/gin"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
)

// operators is the internal port, which answers from the first moment: while the service can't start it is alive but
// unready, and says why; then it hands over to the service.
type operators struct {
	handler atomic.Pointer[http.Handler]
	why     atomic.Pointer[fault.Error]
	stop    context.CancelFunc
	ended   chan struct{}
	err     error // why it ended, once it has
}

func openOperators(ctx context.Context, addr string) (*operators, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	o := &operators{ended: make(chan struct{})}
	o.why.Store(fault.New(fault.Unavailable, "Il servizio si sta avviando.", "The service is starting."))
	o.handTo(httpx.Internal(NewRegistry(), func(*gin.Context) error { return o.why.Load() }))
	ctx, o.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(o.ended)
		o.err = httpx.Serve(ctx, l, o)
	}()
	return o, nil
}

// ServeHTTP implements http.Handler.
func (o *operators) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*o.handler.Load()).ServeHTTP(w, r)
}

func (o *operators) handTo(h http.Handler) { o.handler.Store(&h) }

// wait returns when the port fails, with its error, or when the context ends.
func (o *operators) wait(ctx context.Context) error {
	select {
	case <-o.ended:
		return o.err
	case <-ctx.Done():
		return nil
	}
}

// close ends the port, after everything else: a process that stops can be asked to the last.
func (o *operators) close() {
	o.stop()
	<-o.ended // its error after the service has ended changes nothing
}
