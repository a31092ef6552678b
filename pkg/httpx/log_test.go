package httpx_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"w2w/pkg/auth"
	"w2w/pkg/httpx"
)

const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// logged serves one request and returns the lines of the log and the trace header that a next service would get.
func logged(t *testing.T, path string, headers ...string) (lines []map[string]any, next string) {
	t.Helper()
	core, seen := observer.New(zap.DebugLevel)
	e := httpx.NewEngine(zap.New(core), prometheus.NewRegistry(), "test")
	e.Use(func(c *gin.Context) {
		next = c.GetHeader("traceparent")
		c.Request = c.Request.WithContext(auth.With(c.Request.Context(), auth.Identity{Client: "portal-03", Administration: "03", Actor: "RSSMRA85T10A562S"}))
	})
	e.GET("/people/:code", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	e.GET("/broken", func(c *gin.Context) { httpx.Problem(c, errors.New("relation x does not exist")) })
	e.GET("/panics", func(*gin.Context) { panic("nil map") })
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	e.ServeHTTP(httptest.NewRecorder(), r)
	for _, line := range seen.All() {
		fields := line.ContextMap()
		fields["message"] = line.Message
		lines = append(lines, fields)
	}
	return lines, next
}

func TestALineSaysWhoAskedWhatAndNamesNobody(t *testing.T) {
	t.Parallel()
	lines, next := logged(t, "/people/RSSMRA85T10A562S?name=Rossi", "traceparent", trace, "X-Request-Id", "r1")
	require.Len(t, lines, 1)
	require.Positive(t, lines[0]["took"])
	delete(lines[0], "took")
	require.Equal(t, map[string]any{"message": "request", "request_id": "r1", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "client": "portal-03", "client_ip": "192.0.2.1",
		"administration": "03", "method": "GET", "route": "/people/:code", "status": int64(204)}, lines[0])
	require.Equal(t, trace, next, "the next service belongs to the same trace")
}

func TestATraceThatCantBeReadBeginsAnew(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string][]string{
		"none": nil, "another version": {"traceparent", "01" + trace[2:]}, "twice": {"traceparent", trace, "traceparent", trace},
		"zeros": {"traceparent", "00-" + strings.Repeat("0", 32) + trace[35:]}, "no parent": {"traceparent", trace[:36] + strings.Repeat("0", 16) + "-01"},
		"a second line": {"traceparent", trace + "\n{}"},
	} {
		lines, next := logged(t, "/people/x", headers...)
		require.Regexp(t, `^00-[0-9a-f]{32}-[0-9a-f]{16}-00$`, next, name)
		require.Equal(t, next[3:35], lines[0]["trace_id"], name)
		require.NotEqual(t, trace[3:35], lines[0]["trace_id"], name)
	}
}

func TestAFailureTellsItsCauseOnce(t *testing.T) {
	t.Parallel()
	for path, cause := range map[string]string{"/broken": "relation x does not exist", "/panics": "panic: nil map"} {
		lines, _ := logged(t, path)
		require.Len(t, lines, 2)
		require.Equal(t, []any{"request failed", "internal", cause}, []any{lines[0]["message"], lines[0]["code"], lines[0]["error"]})
		require.Equal(t, []any{"request", int64(500), nil}, []any{lines[1]["message"], lines[1]["status"], lines[1]["error"]})
		require.Equal(t, lines[0]["trace_id"], lines[1]["trace_id"])
	}
}
