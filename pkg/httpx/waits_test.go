package httpx_test

import (
	"net/http"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/httpx"
	"w2w/pkg/testkit/apitest"
)

// TestReadersWhoWaitAreTimedApart sends calls that a feed may and that it may not keep waiting.
func TestReadersWhoWaitAreTimedApart(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	e := httpx.NewEngine(zap.NewNop(), registry, "any")
	answer := func(c *gin.Context) { c.Status(http.StatusNoContent) }
	e.GET("/v1/events", answer)
	e.GET("/v1/things", answer)
	for _, path := range []string{"/v1/events", "/v1/events?wait=0", "/v1/events?wait=8", "/v1/events?limit=5&wait=1", "/v1/things?wait=8"} {
		require.Equal(t, http.StatusNoContent, apitest.Look(e, path).Code)
	}
	page := apitest.Look(httpx.Metrics(registry), "/metrics").Body.String()
	timed := func(route, waits string) float64 {
		return apitest.Figure(t, page, `w2w_http_request_seconds_count{method="GET",route="`+route+`",service="any",status="204",waits="`+waits+`"}`)
	}
	require.Equal(t, []float64{2, 2, 1}, []float64{timed("/v1/events", ""), timed("/v1/events", "yes"), timed("/v1/things", "")})
}
