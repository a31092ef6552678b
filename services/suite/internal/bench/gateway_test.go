package bench

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

// door is the gateway before a service that answers at once, so that only the way to it is measured.
func door(b *testing.B, others ...auth.Credential) *stage {
	b.Helper()
	s := &stage{b: b}
	body := make([]byte, 2048)
	s.inner = s.listen(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	s.front = s.listen(s.gateway(b.TempDir(), logger(b), others...))
	return s
}

// pool gives a proxy buffers: without them a bare one allocates 32 KiB for each answer.
type pool struct{ sync.Pool }

// Get implements httputil.BufferPool.
func (p *pool) Get() []byte {
	if b, ok := p.Pool.Get().(*[]byte); ok {
		return *b
	}
	return make([]byte, 32<<10)
}

// Put implements httputil.BufferPool.
func (p *pool) Put(b []byte) { p.Pool.Put(&b) }

// proxy is a bare reverse proxy to the same service; it keeps its connections, as the gateway does.
func (s *stage) proxy(buffers httputil.BufferPool) string {
	target, err := url.Parse(s.inner)
	require.NoError(s.b, err)
	p := httputil.NewSingleHostReverseProxy(target)
	p.Transport, p.BufferPool = &http.Transport{MaxIdleConnsPerHost: 256}, buffers
	return s.listen(p)
}

// BenchmarkGateway compares authenticated reads with a bare reverse proxy. Limits are counted and each decision is
// recorded, as in production.
func BenchmarkGateway(b *testing.B) {
	s := door(b)
	b.Run("Proxy", s.throughput)
	b.Run("Latency", s.latency)
}

// BenchmarkGatewayTokens compares tokens with the signatures that they need. It has a gateway of its own, which has no
// records of half a million reads to seal meanwhile.
func BenchmarkGatewayTokens(b *testing.B) { door(b).tokens(b) }

func (s *stage) get(front string) reading {
	return s.reading(front+api+"/x", func() []string { return []string{"Authorization", "Bearer " + s.bearer()} })
}

func (s *stage) throughput(b *testing.B) {
	found := interleave(s.get(s.front).perSecond, s.get(s.proxy(nil)).perSecond, s.get(s.proxy(&pool{})).perSecond)
	against(b, row{name: "GET through the gateway, against a bare proxy", unit: "calls/s", target: 0.8}, found[0], found[1])
	against(b, row{name: "  against a bare proxy with pooled buffers", unit: "calls/s"}, found[0], found[2])
}

// latency sends to gateway and proxy at half of what the gateway can do.
func (s *stage) latency(b *testing.B) {
	ours, bare := s.get(s.front), s.get(s.proxy(nil))
	half := ours.perSecond(stretch) / 2
	b.Logf("%.0f calls/s", half)
	found := interleave(ours.p99(half), bare.p99(half))
	added := make([]float64, len(found[0]))
	for i := range added {
		added[i] = found[0][i] - found[1][i]
	}
	whole := slices.Repeat([]float64{1}, len(added))
	against(b, row{name: "added p99 at half load, against 1 ms", unit: "ms", target: 1, atMost: true}, added, whole)
}

// p99 is a side that sends so many calls in a second, evenly, and returns the 99th percentile of their times in
// milliseconds, counted from when each was due.
func (r reading) p99(perSecond float64) side {
	return func(d time.Duration) float64 {
		var group errgroup.Group
		request, took := r.request(), make([][]float64, clients)
		every := time.Duration(float64(time.Second) * clients / perSecond)
		for i := range clients {
			group.Go(func() (err error) {
				took[i], err = paced(hostOf(r.stage.b, r.target), request, every, d, time.Duration(i)*every/clients)
				return err
			})
		}
		require.NoError(r.stage.b, group.Wait())
		all := slices.Sorted(slices.Values(slices.Concat(took...)))
		return all[len(all)*99/100]
	}
}

// paced sends one client's calls when they are due; a call that waits for the one before it waits on its own time.
func paced(address string, request []byte, every, d, phase time.Duration) (took []float64, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in, l := bufio.NewReader(conn), load{status: http.StatusOK}
	timer := time.NewTimer(phase)
	defer timer.Stop()
	<-timer.C
	for begun, due := time.Now(), time.Duration(0); due < d; due += every {
		if wait := due - time.Since(begun); wait > 0 {
			timer.Reset(wait)
			<-timer.C
		}
		if _, err := conn.Write(request); err != nil {
			return nil, err
		}
		if err := l.answer(in); err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(begun)-due)/float64(time.Millisecond))
	}
	return took, nil
}

// tokens compares the token endpoint with one core that verifies the assertion and signs the token, and does nothing
// else.
func (s *stage) tokens(b *testing.B) {
	key, err := s.client.Assertable()
	require.NoError(b, err)
	found := interleave(s.grants(key, clients), s.grants(key, manyTokens), s.signatures(key))
	against(b, row{name: "tokens, against a core that verifies and signs", unit: "tokens/s", target: 0.6}, found[0], found[2])
	against(b, row{name: "  by 64 clients", unit: "tokens/s", target: 0.6}, found[1], found[2])
}

// manyTokens is how many clients ask at once where the disk, for which each waits, is not to be what is measured.
const manyTokens = 64

func (s *stage) assertion(key auth.Key) string {
	raw, err := auth.Assertion(key, s.client.ID, "https://gateway.example", time.Now())
	require.NoError(s.b, err)
	return raw
}

// grants asks for tokens with assertions that were signed beforehand.
func (s *stage) grants(key auth.Key, clients int) side {
	return func(d time.Duration) float64 {
		requests := make([][]byte, int(12000*d.Seconds()))
		for i := range requests {
			form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {s.assertion(key)},
				"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}.Encode()
			requests[i] = fmt.Appendf(nil, "POST /oauth2/token HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
				"Content-Length: %d\r\n\r\n%s", len(form), form)
		}
		var at atomic.Int64
		l := load{address: hostOf(s.b, s.front), clients: clients, status: http.StatusOK,
			next: func(buf []byte, _ int) []byte { return append(buf, requests[at.Add(1)-1]...) }}
		return l.perSecond(s.b, d)
	}
}

// signatures verifies assertions and signs tokens on one core.
func (s *stage) signatures(key auth.Key) side {
	public, err := key.Public()
	require.NoError(s.b, err)
	policy := auth.Policy{Types: []string{auth.TypeAssertion}, Issuer: s.client.ID, Audience: "https://gateway.example", MaxLife: 2 * time.Minute}
	own, err := auth.GenerateKey()
	require.NoError(s.b, err)
	signer := auth.NewSigner(own, auth.TypeAccess)
	return func(d time.Duration) float64 {
		done, raw := 0, s.assertion(key)
		start := time.Now()
		for time.Since(start) < d {
			claims, err := auth.NewVerifier(policy, auth.SoleKey(public), clock.System).Verify(context.Background(), raw)
			require.NoError(s.b, err)
			claims.Lifetime(time.Now(), time.Minute)
			_, err = signer.Sign(claims)
			require.NoError(s.b, err)
			done++
		}
		return float64(done) / time.Since(start).Seconds()
	}
}
