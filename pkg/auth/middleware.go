package auth

import (
	"regexp"

	"github.com/gin-gonic/gin"
)

// HeaderInternal is the header in which the gateway hands a service the internal token.
const HeaderInternal = "Txn-Token"

// HeaderRequestID is the header with the id that follows one request through all services.
const HeaderRequestID = "X-Request-Id"

var requestID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Middleware lets through only requests with a good internal token and puts the caller into the request's
// context. refuse writes the problem (httpx.Problem); it is a parameter because httpx imports this package.
func Middleware(v *Verifier, refuse func(*gin.Context, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		tokens := c.Request.Header.Values(HeaderInternal)
		if len(tokens) > 1 {
			c.Abort()
			refuse(c, invalid("duplicate"))
			return
		}
		claims, err := v.Verify(c.Request.Context(), c.GetHeader(HeaderInternal))
		if err != nil {
			c.Abort()
			refuse(c, err)
			return
		}
		id := claims.Identity()
		// An internal token serves many requests of its client; the request's own id is the better thread.
		if own := c.GetHeader(HeaderRequestID); requestID.MatchString(own) {
			id.Txn = own
		}
		c.Request = c.Request.WithContext(With(c.Request.Context(), id))
		c.Next()
	}
}
