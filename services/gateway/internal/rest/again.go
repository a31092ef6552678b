package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// again hands a call on a second time when the process that took it is gone before it answered, if nothing can be done
// twice by that: docs/adr/0010-calls-that-are-handed-on-again.md.
type again struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (a again) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := a.next.RoundTrip(r)
	if err == nil || !repeatable(r) || r.Context().Err() != nil || isTimeout(err) || isDial(err) {
		return res, err
	}
	second := r.Clone(r.Context())
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		second.Body = body
	}
	return a.next.RoundTrip(second)
}

// repeatable says whether a call may reach its service twice: what only reads, and what has a key by which the service
// knows it again. Its body must be at hand.
func repeatable(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return r.Body == nil || r.Body == http.NoBody
	case http.MethodPost:
		return r.Header.Get(idempotencyKey) != "" && (r.Body == nil || r.Body == http.NoBody || r.GetBody != nil)
	}
	return false
}

const (
	idempotencyKey = "Idempotency-Key"
	keptBody       = 64 << 10 // larger ones pass as they come, and are not handed on again
)

// keepBody reads a small body that can be sent again. net/http sends it again by itself on a connection that the
// service closed before it took the call.
func keepBody(r *http.Request) error {
	if r.Method != http.MethodPost || r.Header.Get(idempotencyKey) == "" || r.ContentLength <= 0 || r.ContentLength > keptBody {
		return nil
	}
	body, err := whole(r.Body)
	if err != nil {
		return err
	}
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, err = r.GetBody()
	return err
}

type connect func(ctx context.Context, network, address string) (net.Conn, error)

const (
	dialAttempts = 5
	dialPause    = 20 * time.Millisecond
)

// patiently tries again where nobody listens: the address is that of several processes, and for a moment it still leads
// to one that is gone.
func (c connect) patiently(ctx context.Context, network, address string) (net.Conn, error) {
	for attempt := 1; ; attempt++ {
		conn, err := c(ctx, network, address)
		if attempt == dialAttempts || !errors.Is(err, syscall.ECONNREFUSED) {
			return conn, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(dialPause):
		}
	}
}
