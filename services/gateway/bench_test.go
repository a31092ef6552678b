package gateway_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

// pool gives the second baseline the buffers that the gateway has: without them a bare proxy allocates
// 32 KiB for each answer, and the comparison flatters the gateway.
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

// BenchmarkGet compares an authenticated GET through the gateway with bare reverse proxies to the same upstream.
func BenchmarkGet(b *testing.B) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(make([]byte, 2048))
	}))
	b.Cleanup(upstream.Close)
	target, err := url.Parse(upstream.URL)
	require.NoError(b, err)
	bare, pooled := httputil.NewSingleHostReverseProxy(target), httputil.NewSingleHostReverseProxy(target)
	bare.Transport = &http.Transport{MaxIdleConnsPerHost: 256}
	pooled.Transport, pooled.BufferPool = &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}, &pool{}
	h := newHouse(b, func(c *gateway.Config) {
		c.Routes = map[string]string{"concessions": upstream.URL}
		c.Rates = map[string]string{"PORTAL": "1000000/1000000"}
	})
	token := h.token("portal-lazio")
	for name, handler := range map[string]http.Handler{"bare": bare, "pooled": pooled, "gateway": h.service.Public()} {
		b.Run(name, func(b *testing.B) {
			front := httptest.NewServer(handler)
			defer front.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					get(b, client, front.URL+"/concessions/v1/x", token)
				}
			})
		})
	}
}

func get(b *testing.B, client *http.Client, address, token string) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		b.Error(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	defer res.Body.Close()
	if n, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 || n != 2048 {
		b.Errorf("status %d, %d bytes, %v", res.StatusCode, n, err)
	}
}
