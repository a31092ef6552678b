package rest

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/tracing"
)

type proxy struct {
	route   Route
	status  string // the one path that needs no token
	timeout time.Duration
	reverse *httputil.ReverseProxy
}

func newProxy(r Route, limits Limits) *proxy {
	p := &proxy{route: r, status: "/" + r.Name + "/v1/status", timeout: limits.Upstream}
	p.reverse = &httputil.ReverseProxy{
		Rewrite:        func(out *httputil.ProxyRequest) { out.SetURL(r.Target) },
		Transport:      tracing.Transport(r.Name, again{transport(limits.UpstreamIdle)}),
		BufferPool:     &buffers{},
		ModifyResponse: tidy,
		ErrorHandler:   failed,
		ErrorLog:       log.New(io.Discard, "", 0), // what matters is logged with the problem
	}
	return p
}

// transport keeps enough idle connections that a busy gateway never dials on the hot path. How long a service may take is
// the bound of each call's context, so that a second timer would never be the first to end. A connection that was not
// used for the idle time is closed on this side: a service that stops would else close it just when a call is sent.
func transport(idle time.Duration) *http.Transport {
	dialer := &net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext: connect(dialer.DialContext).patiently, MaxIdleConns: 1024, MaxIdleConnsPerHost: 256, IdleConnTimeout: idle,
		ExpectContinueTimeout: time.Second, DisableCompression: true,
		WriteBufferSize: 16 << 10, ReadBufferSize: 16 << 10,
	}
}

type outcomeKey struct{}

// outcome carries the transport's error out of the reverse proxy, so that the handler writes the problem.
type outcome struct{ err error }

func failed(_ http.ResponseWriter, r *http.Request, err error) {
	if o, ok := r.Context().Value(outcomeKey{}).(*outcome); ok {
		o.err = err
	}
}

func (p *proxy) serve(c *gin.Context) {
	o := &outcome{}
	ctx, cancel := context.WithTimeout(context.WithValue(c.Request.Context(), outcomeKey{}, o), p.timeout)
	defer cancel()
	defer breakOff(c)
	if err := keepBody(c.Request); err != nil {
		httpx.Problem(c, err)
		return
	}
	p.reverse.ServeHTTP(c.Writer, c.Request.WithContext(ctx))
	if o.err != nil {
		httpx.Problem(c, upstreamFault(c.Request.Context(), o.err))
	}
}

// breakOff cuts the connection when the service fails in the middle of its answer: a client must never take
// a part for the whole.
func breakOff(c *gin.Context) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
		panic(p)
	}
	if s, ok := c.Writer.(*signedWriter); ok {
		c.Writer = s.ResponseWriter // what waits for a signature is not whole
	}
	w := http.ResponseWriter(c.Writer)
	if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok && c.Writer.Written() {
		w = u.Unwrap() // gin refuses to hijack an answer that has begun
	}
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
	c.Abort()
}

func upstreamFault(ctx context.Context, err error) error {
	var large *http.MaxBytesError
	switch {
	case ctx.Err() != nil:
		return ctx.Err() // the client went away
	case errors.As(err, &large):
		return tooLarge(large.Limit)
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err), isDial(err):
		return fault.Wrap(err, fault.Unavailable)
	default:
		return fault.Wrap(err, fault.UpstreamFailed)
	}
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

func isDial(err error) bool {
	var o *net.OpError
	return errors.As(err, &o) && o.Op == "dial"
}

type buffers struct{ pool sync.Pool }

// Get implements httputil.BufferPool.
func (b *buffers) Get() []byte {
	if p, ok := b.pool.Get().(*[]byte); ok {
		return *p
	}
	return make([]byte, 32<<10)
}

// Put implements httputil.BufferPool.
func (b *buffers) Put(p []byte) { b.pool.Put(&p) }
