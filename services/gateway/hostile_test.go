package gateway_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// send writes a request's head and then its body for as long as the gateway takes it, and returns the status and how
// many bytes of the body were taken.
func (p *process) send(head string, body io.Reader) (status int, taken int64) {
	p.t.Helper()
	conn, err := net.Dial("tcp", p.addr)
	require.NoError(p.t, err)
	defer conn.Close()
	require.NoError(p.t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = io.WriteString(conn, head)
	require.NoError(p.t, err)
	var n atomic.Int64
	go func() {
		sent, _ := io.Copy(conn, body) // ends when the gateway has had enough
		n.Store(sent)
	}()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(p.t, err)
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode, n.Load()
}

// chunks is a body that never ends.
type chunks struct {
	chunk []byte
	at    int
}

func newChunks() io.Reader {
	return &chunks{chunk: fmt.Appendf(nil, "4000\r\n%s\r\n", bytes.Repeat([]byte{'x'}, 0x4000))}
}

// Read implements io.Reader.
func (c *chunks) Read(p []byte) (int, error) {
	n := copy(p, c.chunk[c.at:])
	c.at = (c.at + n) % len(c.chunk)
	return n, nil
}

// TestLimits is row 20 of the catalogue.
func TestLimits(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	head := func(method, path string, more ...string) string {
		return method + " " + path + " HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + p.token + "\r\n" + strings.Join(more, "\r\n") + "\r\n\r\n"
	}
	const small, large = "/concessions/v1/applications/1/transitions", "/concessions/v1/applications"
	first := func(n int64) func() io.Reader {
		return func() io.Reader { return io.LimitReader(newChunks(), n) }
	}
	endless, none := newChunks, func() io.Reader { return http.NoBody }
	bombed := func() io.Reader { return bytes.NewReader(bomb(t)) }
	cases := map[string]struct {
		head   string
		body   func() io.Reader
		status int
		most   int64 // bytes of the body that may be taken
	}{
		"a body at its limit":    {head("POST", small, "Content-Length: 65536"), first(65536), 200, 65536},
		"a byte more":            {head("POST", small, "Content-Length: 65537"), first(65537), 413, 65537},
		"bulk and a byte":        {head("POST", large, "Content-Length: 10485761"), endless, 413, 8 << 20},
		"endless chunks":         {head("POST", small, "Transfer-Encoding: chunked"), endless, 413, 8 << 20},
		"endless chunks in bulk": {head("POST", large, "Transfer-Encoding: chunked"), endless, 413, 20 << 20},
		"a gzip bomb":            {head("POST", large, "Content-Encoding: gzip", "Content-Length: 1048576"), bombed, 415, 1 << 20},
		"a bomb for a token":     {"POST /oauth2/token HTTP/1.1\r\nHost: g\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Encoding: gzip\r\nContent-Length: 1048576\r\n\r\n", bombed, 415, 1 << 20},
		"headers of 17 KiB":      {head("GET", small, "X-Long: "+strings.Repeat("x", 17<<10)), none, 431, 0},
		"headers of 14 KiB":      {head("GET", small, "X-Long: "+strings.Repeat("x", 14<<10)), none, 200, 0},
	}
	all := func() {
		for name, c := range cases {
			status, taken := p.send(c.head, c.body())
			require.Equal(t, c.status, status, name)
			require.LessOrEqual(t, taken, c.most, name)
		}
	}
	for range 10 {
		all()
	}
	before := p.rss()
	for range 30 {
		all()
	}
	t.Logf("%.1f MiB before, %.1f after", before, p.rss())
	require.Less(t, p.rss(), before*1.25+8, "MiB")
}

// bomb is a MiB of compressed zeros.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(make([]byte, 16<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return append(out.Bytes(), make([]byte, 1<<20-out.Len())...)
}

// TestSlowloris is row 21 of the catalogue: a thousand connections send their headers letter by letter.
func TestSlowloris(t *testing.T) {
	t.Parallel()
	p := startProcess(t)
	const attackers, patience = 1000, 5 * time.Second
	ratios := []float64{}
	for range 3 { // the machine may be busy with something else
		before := p.p99(nil)
		begun, longest := time.Now(), time.Duration(0)
		ends := make(chan time.Duration, attackers)
		for range attackers {
			conn, err := net.Dial("tcp", p.addr)
			require.NoError(t, err)
			go drip(conn, ends)
		}
		closed := make(chan struct{})
		go func() {
			for range attackers {
				longest = max(longest, <-ends)
			}
			close(closed)
		}()
		during := p.p99(closed)
		<-closed
		t.Logf("p99 %v before, %v during; all closed after %v", before, during, time.Since(begun))
		require.Less(t, longest, patience+time.Second, "each is closed after its time for headers")
		if ratios = append(ratios, float64(during)/float64(before)); slices.Min(ratios) < 2 {
			return
		}
	}
	require.Less(t, slices.Min(ratios), 2.0)
}

// drip sends a header's letters, slowly, until the gateway closes, and tells how long that took.
func drip(conn net.Conn, ended chan<- time.Duration) {
	defer conn.Close()
	begun := time.Now()
	_, _ = io.WriteString(conn, "GET /concessions/v1/x HTTP/1.1\r\nHost: g\r\nX-Slow: ")
	gone := make(chan struct{})
	go func() {
		_, _ = conn.Read(make([]byte, 1))
		close(gone)
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-gone:
			ended <- time.Since(begun)
			return
		case <-tick.C:
			_, _ = conn.Write([]byte{'x'})
		}
	}
}

// p99 is that of calls of a good client, 500 or as many as there are until done.
func (p *process) p99(done <-chan struct{}) time.Duration {
	p.t.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var took []time.Duration
	for n := 0; done != nil || n < 500; n++ {
		select {
		case <-done:
			done, n = nil, max(n, 500)
		default:
		}
		r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://"+p.addr+"/concessions/v1/x", nil)
		require.NoError(p.t, err)
		r.Header.Set("Authorization", "Bearer "+p.token)
		begun := time.Now()
		res, err := client.Do(r)
		require.NoError(p.t, err)
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		require.Equal(p.t, http.StatusOK, res.StatusCode)
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}
