package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// call writes the next request of a client, whole, into buf.
type call func(buf []byte, client int) []byte

// load is one kind of request sent by several clients at once, each on a connection that it keeps. The client
// is as light as it can be, since it runs on the same processors as what it measures.
type load struct {
	address string
	clients int
	status  int // that every answer must have
	next    call
}

// perSecond sends for so long and returns the rate of good answers.
func (l load) perSecond(t testing.TB, d time.Duration) float64 {
	t.Helper()
	var group errgroup.Group
	counts := make([]int, l.clients)
	start := time.Now()
	for i := range l.clients {
		group.Go(func() (err error) {
			counts[i], err = l.run(i, start.Add(d))
			return err
		})
	}
	require.NoError(t, group.Wait())
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(start).Seconds()
}

func (l load) run(client int, until time.Time) (done int, err error) {
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 64<<10)
	var buf []byte
	for time.Now().Before(until) {
		buf = l.next(buf[:0], client)
		if _, err := conn.Write(buf); err != nil {
			return done, err
		}
		if err := l.answer(in); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

func (l load) answer(in *bufio.Reader) error {
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != l.status {
		body, _ := io.ReadAll(res.Body)
		return fmt.Errorf("status %d: %s", res.StatusCode, body)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// raw is a request as it stands on the wire.
func raw(t testing.TB, method, target string, body []byte, headers ...string) []byte {
	t.Helper()
	u, err := url.Parse(target)
	require.NoError(t, err)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, u.RequestURI(), u.Host)
	for i := 0; i < len(headers); i += 2 {
		fmt.Fprintf(&out, "%s: %s\r\n", headers[i], headers[i+1])
	}
	if body != nil {
		fmt.Fprintf(&out, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	out.WriteString("\r\n")
	out.Write(body)
	return out.Bytes()
}

func hostOf(t testing.TB, target string) string {
	t.Helper()
	u, err := url.Parse(target)
	require.NoError(t, err)
	return u.Host
}

// once sends a request and returns the answer's body.
func once(t testing.TB, request []byte, address string, status int) []byte {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write(request)
	require.NoError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, status, res.StatusCode, string(body))
	return body
}
