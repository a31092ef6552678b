package rest

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/httpx"
)

// answerLife is how long the signature of an answer may be checked.
const answerLife = 5 * time.Minute

// Answers says whose answers are signed, by INTEGRITY_REST_02.
type Answers struct {
	Kinds  []string // of client
	Buffer int      // bytes of an answer that wait for its signature; of a longer one the signature comes in the trailer
	Signer *auth.Signer
	Issuer string
	Now    clock.Clock
}

// sign has everything that this client gets from now on signed, the gateway's own refusals too. An answer to HEAD
// has no body that could be.
func (a Answers) sign(c *gin.Context, client, kind string) {
	if slices.Contains(a.Kinds, kind) && c.Request.Method != http.MethodHead {
		c.Writer = &signedWriter{ResponseWriter: c.Writer, answers: a, client: client, sum: sha256.New()}
	}
}

// deliver sends the answers that wait for their signature.
func deliver(c *gin.Context) {
	defer func() {
		if w, signed := c.Writer.(*signedWriter); signed {
			c.Writer = w.ResponseWriter // after a panic nothing of what waited is sent
		}
	}()
	c.Next()
	if w, signed := c.Writer.(*signedWriter); signed {
		w.finish(c)
	}
}

// signedWriter holds an answer back until its signature can go before it.
type signedWriter struct {
	gin.ResponseWriter
	answers  Answers
	client   string
	status   int
	sum      hash.Hash
	body     bytes.Buffer
	trailing bool // the body is on its way, and the signature follows
}

// Unwrap lets http.ResponseController reach the connection.
func (w *signedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter; news of an answer to come (1xx) can't be signed and is left out.
func (w *signedWriter) WriteHeader(code int) {
	if code >= http.StatusOK {
		w.status = code
	}
}

// WriteHeaderNow implements gin.ResponseWriter: the header goes with the signature.
func (w *signedWriter) WriteHeaderNow() {}

// Status implements gin.ResponseWriter.
func (w *signedWriter) Status() int {
	if w.status == 0 {
		return w.ResponseWriter.Status()
	}
	return w.status
}

// Written implements gin.ResponseWriter.
func (w *signedWriter) Written() bool { return w.status != 0 }

// WriteString implements io.StringWriter.
func (w *signedWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Write implements io.Writer.
func (w *signedWriter) Write(p []byte) (int, error) {
	w.sum.Write(p)
	if !w.trailing && w.body.Len()+len(p) <= w.answers.Buffer {
		return w.body.Write(p)
	}
	if !w.trailing {
		w.begin()
		if _, err := w.body.WriteTo(w.ResponseWriter); err != nil {
			return 0, err
		}
	}
	return w.ResponseWriter.Write(p)
}

// begin sends the header of an answer that is too long to wait.
func (w *signedWriter) begin() {
	w.trailing = true
	h := w.Header()
	w.nameContent()
	for _, name := range []string{auth.HeaderDigest, auth.HeaderSignature} {
		h.Del(name)
		h.Add("Trailer", name)
	}
	h.Del("Content-Length") // a trailer comes only after chunks
	w.ResponseWriter.WriteHeader(w.Status())
}

// Flush implements http.Flusher; what waits for its signature goes on waiting.
func (w *signedWriter) Flush() {
	if w.trailing {
		w.ResponseWriter.Flush()
	}
}

// finish signs the answer and sends what was held back.
func (w *signedWriter) finish(c *gin.Context) {
	c.Writer = w.ResponseWriter
	if w.body.Len() == 0 && !w.trailing {
		c.Writer.WriteHeader(w.Status())
		c.Writer.WriteHeaderNow()
		return
	}
	w.nameContent()
	err := w.signature()
	if w.trailing {
		if err != nil {
			_ = c.Error(err) // the trailer stays empty, and the client refuses the answer
		}
		return
	}
	if err != nil {
		httpx.Problem(c, err)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(w.body.Len()))
	c.Writer.WriteHeader(w.Status())
	if _, err := w.body.WriteTo(c.Writer); err != nil {
		_ = c.Error(err) // the client went away
	}
}

// nameContent keeps the server from guessing a type, which the signature would not cover.
func (w *signedWriter) nameContent() {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/octet-stream")
	}
}

func (w *signedWriter) signature() error {
	jti, err := uuid.NewV7()
	if err != nil {
		return err
	}
	now := w.answers.Now()
	claims := jwt.RegisteredClaims{Issuer: w.answers.Issuer, Audience: jwt.ClaimStrings{w.client}, ID: jti.String(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(answerLife))}
	return auth.SignDigest(w.answers.Signer, w.Header(), auth.DigestOf(w.sum.Sum(nil)), claims)
}
