package httpx

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"w2w/pkg/fault"
)

// checkAddress refuses a path or query that is no text, and parameters that the operation does not have: a
// filter that nobody reads would answer with everything.
func checkAddress(r *http.Request, route *routers.Route) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !readable(r.URL.Path) {
		return fault.New(fault.RequestInvalid, "L'indirizzo non è leggibile.", "The address can't be read.")
	}
	f := fault.New(fault.RequestInvalid, "Alcuni parametri non sono accettati.", "Some parameters are not accepted.")
	for name, values := range query {
		checkParameter(f, declared(route, name), name, values)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func declared(route *routers.Route, name string) *openapi3.Parameter {
	if p := route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name); p != nil {
		return p
	}
	return route.PathItem.Parameters.GetByInAndName(openapi3.ParameterInQuery, name)
}

func checkParameter(f *fault.Error, p *openapi3.Parameter, name string, values []string) {
	at := "query:" + strings.ToValidUTF8(name, "?")
	if p == nil {
		f.At(at, "unknown", "parametro non previsto", "there is no such parameter")
		return
	}
	schema := p.Schema.Value
	if len(values) > 1 && !schema.Type.Is(openapi3.TypeArray) {
		f.At(at, "duplicate", "parametro ripetuto", "given more than once")
	}
	for _, v := range values {
		if !readable(v) {
			f.At(at, "text", "testo non valido", "not valid text")
		}
	}
}

// readable says whether PostgreSQL can store the text.
func readable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
