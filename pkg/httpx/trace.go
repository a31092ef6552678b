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
)

const traceHeader = "Traceparent"

// traceForm is version 00 of W3C Trace Context: trace id and parent id, neither of them all zeros.
var (
	traceForm     = regexp.MustCompile(`^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$`)
	requestIDForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// identify gives each request an id of its own and the trace to which it belongs, those of the caller where
// they are well formed, hands both on to the next service and puts them on every line of the log.
func identify(log *zap.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		id := c.GetHeader(requestIDHeader)
		if !requestIDForm.MatchString(id) {
			id = uuid.Must(uuid.NewV7()).String()
			c.Request.Header.Set(requestIDHeader, id)
		}
		c.Header(requestIDHeader, id)
		c.Set(loggerKey, log.With(zap.String("request_id", id), zap.String("trace_id", traceOf(c))))
		c.Next()
	}
}

// traceOf returns the id of the request's trace, and begins one when there is none.
func traceOf(c *gin.Context) string {
	m := traceForm.FindStringSubmatch(c.GetHeader(traceHeader))
	if len(c.Request.Header.Values(traceHeader)) == 1 && m != nil && !zeros(m[1]) && !zeros(m[2]) {
		return m[1]
	}
	var fresh [24]byte
	_, _ = rand.Read(fresh[:]) // never fails
	trace := hex.EncodeToString(fresh[:16])
	c.Request.Header.Set(traceHeader, "00-"+trace+"-"+hex.EncodeToString(fresh[16:])+"-00")
	return trace
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
