package httpx

import (
	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

// Callers lets only requests with a good internal token through to the operations of the contract, but for /status.
func (k *Contract) Callers(v *auth.Verifier) gin.HandlerFunc {
	authenticate := auth.Middleware(v, Problem)
	return func(c *gin.Context) {
		if c.FullPath() != k.base+"/status" {
			authenticate(c)
		}
	}
}

// Routes is where the generated server of a service is registered: who calls comes first, then the contract, then the
// key of a write, then what the service adds.
func (k *Contract) Routes(e *gin.Engine, identify gin.HandlerFunc, more ...gin.HandlerFunc) *gin.RouterGroup {
	return e.Group(k.base, append([]gin.HandlerFunc{identify, k.Middleware(), Idempotency()}, more...)...)
}

// StrictOptions has the form of every generated StrictGinServerOptions, into which it is converted: whatever fails
// is answered with a problem document.
type StrictOptions struct {
	RequestErrorHandlerFunc  func(ctx *gin.Context, err error)
	HandlerErrorFunc         func(ctx *gin.Context, err error)
	ResponseErrorHandlerFunc func(ctx *gin.Context, err error)
}

// Strict returns the options of a generated server.
func Strict() StrictOptions {
	return StrictOptions{RequestErrorHandlerFunc: unreadable, HandlerErrorFunc: Problem, ResponseErrorHandlerFunc: Problem}
}

// BadParameter is the ErrorHandler of every generated GinServerOptions.
func BadParameter(c *gin.Context, err error, _ int) { unreadable(c, err) }

func unreadable(c *gin.Context, err error) { Problem(c, fault.Wrap(err, fault.RequestInvalid)) }
