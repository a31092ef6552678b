package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

// fickle is a service that takes calls and hangs up on some without an answer.
type fickle struct {
	net.Listener

	hangsUp func(connection, call int) bool // both count from 1
	taken   atomic.Int64                    // calls that were read whole
	closed  atomic.Int64                    // connections that the other side gave up
}

func newFickle(t *testing.T, hangsUp func(connection, call int) bool) *fickle {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	f := &fickle{Listener: l, hangsUp: hangsUp}
	go func() {
		for connection := 1; ; connection++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(conn, connection)
		}
	}()
	return f
}

func (f *fickle) serve(conn net.Conn, connection int) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for call := 1; ; call++ {
		r, err := http.ReadRequest(in)
		if err != nil {
			f.closed.Add(1)
			return
		}
		n, _ := io.Copy(io.Discard, r.Body)
		f.taken.Add(1)
		if f.hangsUp(connection, call) {
			return
		}
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"body\":%6d}", n)
	}
}

// TestAServiceThatHangsUp: a call on which its service hangs up without an answer is handed on again when nothing can be
// done twice by that, and only once.
func TestAServiceThatHangsUp(t *testing.T) {
	t.Parallel()
	kept := func(connection, call int) bool { return connection == 1 && call == 2 }
	fresh := func(connection, _ int) bool { return connection == 1 }
	always := func(_, call int) bool { return call > 0 }
	const small, large = 64 << 10, 64<<10 + 1
	for name, c := range map[string]struct {
		hangsUp func(connection, call int) bool
		calls   int // the last of them meets a service that hangs up
		method  string
		body    int
		keyed   bool
		status  int
		taken   int64
	}{
		"a read on a kept connection":         {kept, 2, http.MethodGet, 0, false, 200, 3},
		"a read on a new connection":          {fresh, 1, http.MethodGet, 0, false, 200, 2},
		"a read, each time":                   {always, 1, http.MethodGet, 0, false, 502, 2},
		"a write with a key, kept":            {kept, 2, http.MethodPost, small, true, 200, 3},
		"a write with a key, new":             {fresh, 1, http.MethodPost, small, true, 200, 2},
		"a write with a key, each time":       {always, 1, http.MethodPost, small, true, 502, 2},
		"a write with a key and no body":      {fresh, 1, http.MethodPost, 0, true, 200, 2},
		"a write with a key and a large body": {fresh, 1, http.MethodPost, large, true, 502, 1},
		"a write without a key, kept":         {kept, 2, http.MethodPost, 10, false, 502, 2},
		"a write without a key, new":          {fresh, 1, http.MethodPost, 10, false, 502, 1},
		"a change, although there is a key":   {fresh, 1, http.MethodPut, 10, true, 502, 1},
		"a removal":                           {fresh, 1, http.MethodDelete, 0, false, 502, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newFickle(t, c.hangsUp)
			h := newHouse(t, func(g *gateway.Config) {
				g.Routes, g.Body = map[string]string{"concessions": "http://" + service.Addr().String()}, 1<<20
			})
			var got reply
			for range c.calls {
				r := h.call("portal-lazio", c.method, "/concessions/v1/x", strings.NewReader(strings.Repeat("x", c.body)))
				if c.keyed {
					r.Header.Set("Idempotency-Key", "k-1")
				}
				got = h.do(r)
			}
			require.Equal(t, c.status, got.status, string(got.raw))
			require.Equal(t, c.taken, service.taken.Load())
			if c.status == http.StatusOK {
				require.InDelta(t, c.body, got.body["body"], 0, "the whole body came again")
			}
			require.Len(t, records(t, h, "call.allowed"), c.calls, "it is one call")
		})
	}
}

// A connection to a service that is not used is closed from this side.
func TestUnusedConnectionsAreGivenUp(t *testing.T) {
	t.Parallel()
	service := newFickle(t, func(int, int) bool { return false })
	h := newHouse(t, func(g *gateway.Config) {
		g.Routes, g.UpstreamIdle = map[string]string{"concessions": "http://" + service.Addr().String()}, 100*time.Millisecond
	})
	require.Equal(t, http.StatusOK, h.do(h.call("portal-lazio", http.MethodGet, "/concessions/v1/x", nil)).status)
	require.Eventually(t, func() bool { return service.closed.Load() == 1 }, 5*time.Second, 10*time.Millisecond)
}

// A caller who hangs up in the middle of its body has made the mistake itself: no service failed.
func TestABodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /concessions/v1/x HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer %s\r\nIdempotency-Key: k-1\r\n"+
		"Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"cents\"", h.token("portal-lazio"))
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
}
