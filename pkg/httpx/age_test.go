package httpx_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/httpx"
)

// pipes is a listener whose connections are made in memory.
type pipes struct {
	dialled chan net.Conn
	closed  chan struct{}
}

// Accept, Close and Addr make it a net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialled:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { close(p.closed); return nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// TestConnectionsEnd calls for ten minutes over connections that are kept: no call is lost, and none lasts longer than
// a minute and a half, so that a replica that comes later is found.
func TestConnectionsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &pipes{dialled: make(chan net.Conn), closed: make(chan struct{})}
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() {
			ended <- httpx.Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "done") }))
		}()
		dials := 0
		client := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			dials++
			here, there := net.Pipe()
			l.dialled <- there
			return here, nil
		}}}
		for range 600 {
			answer, err := client.Get("http://replica/")
			require.NoError(t, err)
			body, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, "done", string(body))
			<-time.After(time.Second)
		}
		require.GreaterOrEqual(t, dials, 6, "a minute and a half at most")
		require.LessOrEqual(t, dials, 10, "a minute at least")
		client.CloseIdleConnections()
		stop()
		require.NoError(t, <-ended)
	})
}
