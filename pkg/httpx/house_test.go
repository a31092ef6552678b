package httpx_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/httpx"
)

// contract describes things: one call with JSON, one with a file, one that changes at a version.
const contract = `
openapi: 3.0.3
info: {title: Things, version: 1.0.0}
paths:
  /things:
    post:
      parameters:
        - {name: Idempotency-Key, in: header, required: true, schema: {type: string, minLength: 1, maxLength: 128}}
        - {name: limit, in: query, schema: {type: integer, format: int32, minimum: 1, maximum: 200}}
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'201': {description: made}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    put:
      parameters: [{name: If-Match, in: header, required: true, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}, text/csv: {schema: {type: string}}, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: {schema: {type: string, format: binary, maxLength: 10}}}}
      responses: {'200': {description: changed}}
    get:
      responses: {'200': {description: one}}
components:
  schemas:
    Thing:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: {type: string, minLength: 1, maxLength: 10}
        cents: {type: integer, format: int64, minimum: 0, maximum: 9007199254740991}
        on: {type: string, format: date}
        kind: {type: string, enum: [A, B]}
        of: {type: string, format: uuid, maxLength: 36}
        nested: {type: object, additionalProperties: false, properties: {a/b: {type: boolean}}}
        list: {type: array, maxItems: 3000, items: {type: integer, maximum: 1}}
`

const one = "/api/things/018f0000-0000-7000-8000-000000000000"

// engine serves the contract; each handler is the one given.
func engine(t *testing.T, handle gin.HandlerFunc) http.Handler {
	t.Helper()
	k, err := httpx.NewContract([]byte(contract), "/api")
	require.NoError(t, err)
	e := httpx.NewEngine(zap.NewNop(), prometheus.NewRegistry(), "things")
	known := func(c *gin.Context) {
		who := auth.Identity{Client: c.GetHeader("X-Client"), Administration: "03"}
		c.Request = c.Request.WithContext(auth.With(c.Request.Context(), who))
	}
	g := k.Routes(e, known)
	g.POST("/things", handle)
	g.PUT("/things/:id", handle)
	g.GET("/things/:id", handle)
	return e
}

// call sends one request; headers come as pairs, an empty value takes a header away.
func call(h http.Handler, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "key")
	r.Header.Set("If-Match", `"1"`)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// problem is the document of a refusal.
type problem struct {
	Type   string
	Title  string
	Status int
	Detail string
	Code   string
	Errors []struct{ Pointer, Code, Detail string }
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) (p problem) {
	t.Helper()
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), w.Body.String())
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p), w.Body.String())
	require.Equal(t, w.Code, p.Status)
	require.True(t, strings.HasSuffix(p.Type, "/"+p.Code), p.Type)
	require.NotEmpty(t, p.Title)
	return p
}

func (p problem) pointers() (out []string) {
	for _, e := range p.Errors {
		out = append(out, e.Pointer)
	}
	return out
}
