package httpx

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

const mediaJSON = "application/json"

// Contract validates requests against an OpenAPI document before a handler sees them.
type Contract struct {
	doc    *openapi3.T
	routes routes
	spec   []byte
	base   string
}

// NewContract loads a self-contained OpenAPI 3.0 document; base is the path under which it is served.
func NewContract(spec []byte, base string) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err != nil {
		return nil, fmt.Errorf("openapi document: %w", err)
	}
	doc.Servers = openapi3.Servers{{URL: base}}
	return &Contract{doc: doc, routes: newRoutes(doc, base), spec: spec, base: base}, nil
}

// Source is the document as it was loaded, and the path under which it is served.
func (k *Contract) Source() (spec []byte, base string) { return k.spec, k.base }

// Middleware refuses what breaks the contract: 400 for what can't be read, 422 for values.
func (k *Contract) Middleware() gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := k.check(c); err != nil {
			Problem(c, err)
		}
	}
}

func (k *Contract) check(c *gin.Context) error {
	route, params := k.routes.find(c)
	if route == nil {
		return fault.New(fault.NotFound, "La risorsa non esiste.", "There is no such resource.")
	}
	if err := checkAddress(c.Request, route); err != nil {
		return err
	}
	if err := checkHeaders(c.Request, route.Operation); err != nil {
		return err
	}
	if err := checkAccept(c, route.Operation); err != nil {
		return err
	}
	if err := readStrictly(c, route.Operation); err != nil {
		return err
	}
	err := openapi3filter.ValidateRequest(c, &openapi3filter.RequestValidationInput{
		Request: c.Request, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, ExcludeRequestBody: raw(c), AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true,
			SchemaValidationOptions: formats},
	})
	if err != nil {
		return contractFault(err)
	}
	return nil
}

// raw says whether the body is something else than JSON: its reader checks it, line by line.
func raw(c *gin.Context) bool {
	media, body := Body(c)
	return body != nil && media != mediaJSON
}

// formats refuses 30 February, which the library's own pattern lets pass, and ids of another form. No error
// repeats what was written.
var formats = []openapi3.SchemaValidationOption{
	openapi3.WithStringFormatValidator("date", openapi3.NewCallbackValidator(func(s string) error {
		_, err := period.Parse(s)
		return err
	})),
	openapi3.WithStringFormatValidator("uuid", openapi3.NewCallbackValidator(func(s string) error {
		if uuid.Validate(s) != nil {
			return errNoID
		}
		return nil
	})),
}

var errNoID = errors.New("an id is a UUID")

func checkHeaders(r *http.Request, op *openapi3.Operation) error {
	for _, p := range op.Parameters {
		if p.Value.In != openapi3.ParameterInHeader {
			continue
		}
		value := r.Header.Get(p.Value.Name)
		if !readable(value) {
			return fault.New(fault.RequestInvalid, "Un'intestazione non è leggibile.", "A header can't be read.").
				At("header:"+p.Value.Name, "text", "testo non valido", "not valid text")
		}
		if !p.Value.Required || value != "" {
			continue
		}
		switch p.Value.Name {
		case "Idempotency-Key":
			return fault.New(fault.IdempotencyKeyMissing, "Ogni scrittura vuole l'intestazione Idempotency-Key.", "Every write needs the header Idempotency-Key.").
				At("header:Idempotency-Key", "required", "manca", "missing")
		case "If-Match":
			return fault.New(fault.ETagMissing, "Serve If-Match con l'ETag letto.", "If-Match with the ETag that was read is needed.").
				At("header:If-Match", "required", "manca", "missing")
		}
	}
	return nil
}

// checkAccept refuses a caller who takes none of the forms in which the operation answers.
func checkAccept(c *gin.Context, op *openapi3.Operation) error {
	if accept := c.GetHeader("Accept"); accept == "" || accept == "*/*" {
		return nil
	}
	var offered []string
	for status, response := range op.Responses.Map() {
		if strings.HasPrefix(status, "2") && response.Value != nil {
			offered = slices.AppendSeq(offered, maps.Keys(response.Value.Content))
		}
	}
	if len(offered) == 0 {
		return nil
	}
	slices.Sort(offered) // so that the refusal is always the same
	_, err := Negotiate(c, offered...)
	return err
}

// contractFault turns the validator's errors into fields; unknown and read-only properties are 400.
func contractFault(err error) error {
	f := fault.New(fault.SchemaInvalid, "Alcuni valori non rispettano il contratto.", "Some values break the contract.")
	malformed := false
	for _, e := range flatten(err) {
		var request *openapi3filter.RequestError
		where := ""
		if errors.As(e, &request) && request.Parameter != nil {
			where = request.Parameter.In + ":" + request.Parameter.Name
			malformed = true
		}
		schemas := schemaErrors(e)
		for _, s := range schemas {
			field := fieldOf(s)
			if where != "" {
				field.Pointer = where
			}
			malformed = malformed || s.SchemaField == "additionalProperties" || strings.Contains(s.Reason, "is unsupported")
			f.Fields = append(f.Fields, field)
		}
		if len(schemas) == 0 {
			f.At(where, "invalid", "valore non leggibile", "the value can't be read")
			malformed = true
		}
	}
	if malformed {
		f.Code = fault.RequestInvalid
	}
	return f
}

func flatten(err error) []error {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		return slices.Clone(many)
	}
	return []error{err}
}

func schemaErrors(err error) []*openapi3.SchemaError {
	var request *openapi3filter.RequestError
	if errors.As(err, &request) && request.Err != nil {
		err = request.Err
	}
	var out []*openapi3.SchemaError
	for _, e := range flatten(err) {
		var s *openapi3.SchemaError
		if errors.As(e, &s) {
			out = append(out, s)
		}
	}
	return out
}
