package rest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"
)

func TestStripLeavesWhatServicesNeed(t *testing.T) {
	t.Parallel()
	kept := []string{"Accept", "Accept-Language", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id"}
	h := http.Header{}
	for _, name := range append(append([]string{"X-Forwarded-Anything", "X-Auth-Anything", "X-Client-Cert"}, stripped...), kept...) {
		h.Set(name, "v")
	}
	strip(h)
	require.Len(t, h, len(kept))
	for _, name := range kept {
		require.Equal(t, "v", h.Get(name), name)
	}
}

func TestPlainPaths(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"/c/v1/applications": true, "/c/v1/a.b": true, "/c/v1/..a": true, "/c/v1/a%20b": true, "/c/v1/": true,
		"/c/v1/../x": false, "/c/v1/./x": false, "/c/v1/%2E%2e/x": false, "/c/v1//x": false, "/c/v1/..": false,
		"/c/v1/a%2fb": false, "/c/v1/a%2Fb": false, "/c/v1/a%5Cb": false, "/c/v1/a%00": false,
	}
	for path, want := range cases {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequest(http.MethodGet, path, nil)
		require.Equal(t, want, plain(c), path)
	}
}
