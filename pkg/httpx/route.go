package httpx

import (
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gin-gonic/gin"
)

// routes finds an operation by method and gin's path: gin has matched the address already, and a second router
// would match it again with a regular expression for each path of the contract.
type routes map[[2]string]*routers.Route

var pathVariable = regexp.MustCompile(`\{([^}]+)\}`)

func newRoutes(doc *openapi3.T, base string) routes {
	out := routes{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			out[[2]string{method, base + pathVariable.ReplaceAllString(path, ":$1")}] = &routers.Route{
				Spec: doc, Server: doc.Servers[0], Path: path, PathItem: item, Method: method, Operation: op,
			}
		}
	}
	return out
}

// find returns the operation of a request with the variables of its path; nil when the contract has none.
func (r routes) find(c *gin.Context) (*routers.Route, map[string]string) {
	params := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		params[p.Key] = p.Value
	}
	return r[[2]string{c.Request.Method, c.FullPath()}], params
}
