package bench

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

const stored = 2000 // applications among which is read

// BenchmarkReads compares reads with a bare server that runs the same SQL after the same check of the token,
// straight to the service and through the gateway.
func BenchmarkReads(b *testing.B) {
	s := open(b)
	f, _ := s.file(b, 5)
	ids := s.multiply(f.Application.ID, stored)
	b.Run("One", func(b *testing.B) { s.reads(b, "GET of one application", "/applications/"+ids[stored/2]) })
	b.Run("Page", func(b *testing.B) { s.reads(b, "GET of a page of 50", "/applications?limit=50") })
}

func (s *stage) reads(b *testing.B, name, path string) {
	b.Helper()
	bare := s.listen(s.bare(path))
	own := func() []string { return []string{auth.HeaderInternal, s.token(administration)} }
	direct := s.reading(s.inner+api+path, own)
	limit := s.reading(bare+api+path, own)
	through := s.reading(s.front+api+path, func() []string { return []string{"Authorization", "Bearer " + s.bearer()} })
	require.JSONEq(b, string(direct.body), string(limit.body))
	require.JSONEq(b, string(direct.body), string(through.body))
	found := interleave(direct.perSecond, limit.perSecond, through.perSecond)
	against(b, row{name: name + ", against net/http and pgx", unit: "reads/s", target: 0.7}, found[0], found[1])
	against(b, row{name: "  through the gateway", unit: "reads/s", target: 0.4}, found[2], found[1])
}

// reading is a GET that is sent again and again.
type reading struct {
	stage   *stage
	target  string
	headers func() []string // new for each stretch, since tokens end
	body    []byte
}

func (s *stage) reading(target string, headers func() []string) reading {
	r := reading{stage: s, target: target, headers: headers}
	r.body = once(s.b, r.request(), hostOf(s.b, target), http.StatusOK)
	return r
}

func (r reading) request() []byte {
	return raw(r.stage.b, http.MethodGet, r.target, nil, r.headers()...)
}

func (r reading) perSecond(d time.Duration) float64 {
	request := r.request()
	l := load{address: hostOf(r.stage.b, r.target), clients: clients, status: http.StatusOK,
		next: func(buf []byte, _ int) []byte { return append(buf, request...) }}
	return l.perSecond(r.stage.b, d)
}
