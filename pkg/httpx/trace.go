package httpx

import (
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/tracing"
)

const traceHeader = "Traceparent"

// lineFields is how many fields the line of a request has.
const lineFields = 9

// traceForm is version 00 of W3C Trace Context: trace id and parent id, neither of them all zeros.
var (
	traceForm     = regexp.MustCompile(`^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$`)
	requestIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// identify gives each request an id of its own and the trace to which it belongs, those of the caller where
// they are well formed, and hands both on to the next service in the request's headers.
func identify(log *zap.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		id := c.GetHeader(requestIDHeader)
		if !requestIDForm.MatchString(id) {
			id = uuid.Must(uuid.NewV7()).String()
			c.Request.Header.Set(requestIDHeader, id)
		}
		c.Header(requestIDHeader, id)
		if !traced(c.Request.Header.Values(traceHeader)) {
			c.Request.Header.Set(traceHeader, newTrace())
		}
		c.Set(loggerKey, log)
		c.Next()
	}
}

// span makes a span of each request, where traces are on; then the trace of its lines is that of the span.
func span(edge bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		if !tracing.On() {
			c.Next()
			return
		}
		request, span := tracing.Serve(c.Request, edge, traced(c.Request.Header.Values(traceHeader)))
		c.Request = request
		defer func() { tracing.Answered(span, request, c.FullPath(), c.Writer.Status()) }()
		c.Next()
	}
}

func traced(values []string) bool {
	if len(values) != 1 {
		return false
	}
	m := traceForm.FindStringSubmatch(values[0])
	return m != nil && !zeros(m[1]) && !zeros(m[2])
}

func newTrace() string {
	var fresh [24]byte
	_, _ = rand.Read(fresh[:]) // never fails
	return "00-" + hex.EncodeToString(fresh[:16]) + "-" + hex.EncodeToString(fresh[16:]) + "-00"
}

// thread are the fields by which the lines of one request, and of all services that it went through, are found.
func thread(c *gin.Context) []zap.Field {
	trace := c.GetHeader(traceHeader)
	return append(make([]zap.Field, 0, lineFields), zap.String("request_id", c.GetHeader(requestIDHeader)), zap.String("trace_id", trace[3:35]))
}

func zeros(id string) bool { return strings.Trim(id, "0") == "" }

// caller are the fields of the log that say for whom a request was answered.
func caller(c *gin.Context) []zap.Field {
	by := auth.From(c.Request.Context())
	if by.Client == "" {
		return nil
	}
	return []zap.Field{zap.String("client", by.Client), zap.String("administration", by.Administration)}
}
