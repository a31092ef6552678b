package rest

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/services/gateway/internal/domain"
)

// limitAddress counts calls that need no token by the caller's address.
func (s *server) limitAddress(c *gin.Context) { s.take(c, "address:"+c.ClientIP(), s.Limits.Public) }

// take counts one call, sets the X-RateLimit headers that ModI wants on every answer (RAC_ROBUSTEZZA_001)
// and refuses the call that is one too many.
func (s *server) take(c *gin.Context, party string, rate domain.Rate) bool {
	v := s.limiter.Take(party, rate, s.Now())
	c.Header("X-RateLimit-Limit", strconv.Itoa(v.Limit))
	c.Header("X-RateLimit-Remaining", strconv.Itoa(v.Remaining))
	c.Header("X-RateLimit-Reset", strconv.Itoa(wholeSeconds(v.Reset)))
	if !v.Allowed {
		httpx.Problem(c, fault.New(fault.RateLimited, "Troppe richieste: rallentare.", "Too many requests: slow down.").
			With("retry_after_seconds", max(1, wholeSeconds(v.Retry))))
	}
	return v.Allowed
}

func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func (s *server) rateOf(kind string) domain.Rate {
	if r, ok := s.Limits.Rates[kind]; ok {
		return r
	}
	return s.Limits.Other
}

// limitBody bounds the body of a call; an announced excess is refused before a byte is read.
func (s *server) limitBody(c *gin.Context) error {
	limit := s.Limits.Body
	path := c.Request.URL.Path
	if slices.Contains(s.Limits.BulkPaths, c.Request.Method+path[strings.LastIndexByte(path, '/'):]) {
		limit = s.Limits.BulkBody
	}
	if c.Request.ContentLength > limit {
		return tooLarge(limit)
	}
	if c.Request.Body != nil && c.Request.Body != http.NoBody {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, limit)
	}
	return nil
}
