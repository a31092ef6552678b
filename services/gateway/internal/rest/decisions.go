package rest

import (
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/services/gateway/internal/domain"
)

// allowed notes that a call may go to its service. What can't be noted may not go.
func (s *server) allowed(c *gin.Context, service string, caller domain.Caller, txn string) error {
	if !s.AuditCalls {
		return nil
	}
	d := s.decision(c, domain.Allowed, service)
	d.Client, d.Actor, d.Administration, d.Purpose, d.Txn = caller.Client, caller.Actor, caller.Administration, caller.Purpose, txn
	return s.note(d)
}

// refused notes that a call was refused. Of strangers, and of calls over the limits, only the number is kept: nobody
// can fill the journal with what was refused to him.
func (s *server) refused(c *gin.Context, service string, err error) {
	by := auth.From(c.Request.Context())
	d := s.decision(c, domain.Refused, service)
	d.Client, d.Administration, d.Code = by.Client, by.Administration, codeOf(err)
	if by.Client == "" || d.Code == string(fault.RateLimited) || s.note(d) != nil {
		s.Journal.Count(d)
	}
}

// granted notes that a client was given a token.
func (s *server) granted(c *gin.Context, t domain.Token) error {
	d := s.decision(c, domain.TokenGranted, tokenService)
	d.Client, d.Administration = t.Client, t.Administration
	return s.note(d)
}

// tokenService is what decisions of the token endpoint call it.
const tokenService = "oauth2"

func (s *server) decision(c *gin.Context, action, service string) domain.Decision {
	return domain.Decision{At: s.Now(), Action: action, Service: service, Request: c.Writer.Header().Get(auth.HeaderRequestID),
		Method: c.Request.Method, Route: route(c.Request.URL.Path)}
}

func (s *server) note(d domain.Decision) error {
	if s.Journal.Note(d) {
		return nil
	}
	return fault.New(fault.Unavailable, "Il registro delle decisioni è pieno.", "The journal of decisions is full.")
}

const maxRoute = 200

// route is the path as it may be kept: words and UUIDs stay, whatever else a caller wrote there does not.
func route(path string) string {
	if harmless(path) {
		return path
	}
	segments := strings.Split(path[:min(len(path), maxRoute)], "/")
	for i, s := range segments {
		if !harmless(s) {
			segments[i] = "-"
		}
	}
	return strings.Join(segments, "/")
}

// harmless says whether each segment is a word in small letters, a version or a UUID.
func harmless(path string) bool {
	if len(path) > maxRoute {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if !word(segment) && segment != "v1" && (len(segment) != 36 || uuid.Validate(segment) != nil) {
			return false
		}
	}
	return true
}

func word(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '-' {
			return false
		}
	}
	return len(s) <= 40
}
