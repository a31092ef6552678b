package bench

import (
	"fmt"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

const (
	manyClients  = 10_000
	manyRequests = 200_000
)

// BenchmarkGatewayMemory looks at the memory in use when every client has called once, and when all of them have
// called many times.
func BenchmarkGatewayMemory(b *testing.B) {
	all := make([]auth.Credential, manyClients)
	for i := range all {
		var err error
		all[i], err = auth.NewCredential(fmt.Sprint("portal-", i), "PORTAL", administration, "applications:read")
		require.NoError(b, err)
	}
	s := door(b, all...)
	requests := make([][]byte, len(all))
	for i, c := range all {
		requests[i] = raw(b, http.MethodGet, s.front+api+"/x", nil, "Authorization", "Bearer "+s.bearerOf(c))
	}
	var sent atomic.Int64
	l := load{address: hostOf(b, s.front), clients: clients, status: http.StatusOK,
		next: func(buf []byte, _ int) []byte { return append(buf, requests[sent.Add(1)%manyClients]...) }}
	until := func(n int64) float64 {
		for sent.Load() < n {
			l.perSecond(b, time.Second)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // pools let go in the second
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc+m.StackInuse) / (1 << 20)
	}
	before := until(2 * manyClients)
	against(b, row{name: "memory after 200,000 calls of 10,000 clients, against 20,000", unit: "MiB", target: 1.1, atMost: true},
		[]float64{until(manyRequests)}, []float64{before})
}
