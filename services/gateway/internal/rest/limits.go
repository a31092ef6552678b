package rest

import (
	"errors"
	"io"
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
func (s *server) limitAddress(c *gin.Context) {
	if err := s.takeAddress(c); err != nil {
		httpx.Problem(c, err)
	}
}

func (s *server) takeAddress(c *gin.Context) error {
	return s.take(c, "address:"+c.ClientIP(), s.Limits.Public, s.Shares.Fair())
}

// takeClient counts one call of a client: for its rate, and for its day where it has a daily quota.
func (s *server) takeClient(c *gin.Context, client domain.Client) error {
	rate := s.rateOf(client.Kind)
	if client.Rate != nil {
		rate = *client.Rate
	}
	if err := s.take(c, "client:"+client.ID, rate, s.Shares.Ask(client.ID, rate)); err != nil || client.DailyQuota == 0 {
		return err
	}
	wait, ok := s.Quotas.Take(client.ID, client.DailyQuota)
	if ok {
		return nil
	}
	announce(c, client.DailyQuota, 0, wait)
	return fault.New(fault.RateLimited, "La quota giornaliera è esaurita.", "The daily quota is used up.").
		With("retry_after_seconds", wholeSeconds(wait))
}

// take counts one call and refuses the one that is too many.
func (s *server) take(c *gin.Context, party string, rate domain.Rate, portion float64) error {
	v := s.limiter.Take(party, rate, portion, s.Now())
	announce(c, v.Limit, v.Remaining, v.Reset)
	if v.Allowed {
		return nil
	}
	return fault.New(fault.RateLimited, "Troppe richieste: rallentare.", "Too many requests: slow down.").
		With("retry_after_seconds", max(1, wholeSeconds(v.Retry)))
}

// announce sets the headers that ModI wants on every answer (RAC_ROBUSTEZZA_001), in the form in which net/http keeps
// names: any other would be turned into it at each call.
func announce(c *gin.Context, limit, remaining int, reset time.Duration) {
	c.Header("X-Ratelimit-Limit", strconv.Itoa(limit))
	c.Header("X-Ratelimit-Remaining", strconv.Itoa(remaining))
	c.Header("X-Ratelimit-Reset", strconv.Itoa(wholeSeconds(reset)))
}

func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func (s *server) rateOf(kind string) domain.Rate {
	if r, ok := s.Limits.Rates[kind]; ok {
		return r
	}
	return s.Limits.Other
}

// limitBody bounds the body of a call; an announced excess is refused before a byte is read, and so is a compressed
// body, whose size nobody knows.
func (s *server) limitBody(c *gin.Context) error {
	if err := uncompressed(c); err != nil {
		return err
	}
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

func uncompressed(c *gin.Context) error {
	for _, coding := range c.Request.Header.Values("Content-Encoding") {
		if !strings.EqualFold(coding, "identity") {
			return fault.New(fault.MediaTypeUnsupported, "I contenuti compressi non sono accettati.", "Compressed bodies are not accepted.").
				At("header:Content-Encoding", "identity", "atteso identity o nessuna intestazione", "expected identity or no header")
		}
	}
	return nil
}

// whole reads a body that limitBody has bounded. What is wrong with it is its sender's fault, not the service's.
func whole(body io.Reader) ([]byte, error) {
	read, err := io.ReadAll(body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge(large.Limit)
	case err != nil:
		return nil, fault.New(fault.RequestInvalid, "Il contenuto non è arrivato intero.", "The body did not come whole.")
	}
	return read, nil
}
