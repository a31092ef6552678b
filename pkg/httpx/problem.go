// Package httpx is what every service does alike at its HTTP edge: problems, validation by the contract,
// idempotency, logs, metrics and an orderly end.
package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"

	"w2w/pkg/fault"
)

const (
	problemType     = "application/problem+json"
	problemBase     = "https://w2w.example/problems/" // a name, the same at every installation
	problemHelp     = "</problems/%s>; rel=\"help\""  // where the gateway explains it
	clientClosed    = 499                             // the client went away; nobody reads the answer
	requestIDHeader = "X-Request-Id"
	challenge       = "WWW-Authenticate"
	maxFields       = 1000 // as the contracts say
)

type problemField struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// Problem answers with the RFC 9457 document of err: the only place where a fault becomes a status. An
// unknown error is a 500 without details and is logged here, once.
func Problem(c *gin.Context, err error) {
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.AbortWithStatus(clientClosed)
		return
	}
	f := fault.As(err)
	if f == nil {
		f = fault.Wrap(err, fault.Internal)
	}
	if f.Code.Status() >= 500 {
		Log(c).Error("request failed", zap.String("code", string(f.Code)), zap.Error(err))
	}
	body, err := json.Marshal(document(f, Language(c.GetHeader("Accept-Language")), c.Writer.Header().Get(requestIDHeader)))
	if err != nil {
		body = []byte(`{"status":500,"code":"internal"}`)
	}
	switch f.Code {
	case fault.Unavailable, fault.RateLimited:
		c.Header("Retry-After", retryAfter(f))
	case fault.TokenInvalid:
		if c.Writer.Header().Get(challenge) == "" { // the gateway knows more ways to show a token
			c.Header(challenge, `Bearer error="invalid_token"`)
		}
	}
	c.Header("Link", fmt.Sprintf(problemHelp, f.Code))
	c.Abort()
	c.Data(f.Code.Status(), problemType, body)
}

// retryAfter is what the fault says, or a guess.
func retryAfter(f *fault.Error) string {
	if seconds, ok := f.Extra["retry_after_seconds"].(int); ok {
		return strconv.Itoa(seconds)
	}
	return "2"
}

func document(f *fault.Error, lang, requestID string) map[string]any {
	doc := map[string]any{}
	for name, value := range f.Extra {
		doc[name] = value
	}
	doc["type"] = problemBase + string(f.Code)
	doc["title"] = f.Code.Title().In(lang)
	doc["status"] = f.Code.Status()
	doc["detail"] = f.Detail.In(lang)
	doc["code"] = string(f.Code)
	if requestID != "" {
		doc["instance"] = "urn:w2w:request:" + requestID
	}
	if len(f.Fields) > 0 {
		fields := make([]problemField, min(len(f.Fields), maxFields))
		for i := range fields {
			x := f.Fields[i]
			fields[i] = problemField{x.Pointer, x.Code, x.Text.In(lang)}
		}
		doc["errors"] = fields
	}
	return doc
}

// Language picks Italian or English from Accept-Language: the one named first, English by default.
func Language(accept string) string {
	it, en := strings.Index(accept, "it"), strings.Index(accept, "en")
	if it >= 0 && (en < 0 || it < en) {
		return "it"
	}
	return "en"
}
