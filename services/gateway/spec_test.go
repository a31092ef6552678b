package gateway_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"w2w/services/gateway"
)

func readContract(t *testing.T) *openapi3.T {
	t.Helper()
	data, err := os.ReadFile("../../openapi/gateway.v1.yaml")
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(data)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	return doc
}

// TestAnswersKeepTheContract sends a request to each operation of the contract and holds the answers against it.
func TestAnswersKeepTheContract(t *testing.T) {
	t.Parallel()
	doc, h := readContract(t), newHouse(t, nil)
	doc.Servers = openapi3.Servers{{URL: h.url}}
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)
	limited := newHouse(t, func(c *gateway.Config) { c.PublicRate = "1/1" })
	requests := map[string]struct {
		operation, body string
		status          int
	}{
		"status":    {"GET /status", "", 200},
		"keys":      {"GET /.well-known/jwks.json", "", 200},
		"metadata":  {"GET /.well-known/oauth-authorization-server", "", 200},
		"token":     {"POST /oauth2/token", byAssertion(h.assertion("inps")).Encode(), 200},
		"no grant":  {"POST /oauth2/token", "scope=x", 400},
		"no client": {"POST /oauth2/token", url.Values{"grant_type": {"client_credentials"}}.Encode(), 401},
		"too large": {"POST /oauth2/token", "scope=" + strings.Repeat("x", 65<<10), 413},
	}
	asked := map[string]bool{}
	for name, tc := range requests {
		asked[tc.operation] = true
		t.Run(name, func(t *testing.T) {
			method, path, _ := strings.Cut(tc.operation, " ")
			r := h.request(method, path, strings.NewReader(tc.body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			require.Equal(t, tc.status, requireContract(t, router, r, h.do(r)))
		})
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			require.True(t, asked[method+" "+path], "%s %s is not tried", method, path)
		}
	}
	t.Run("too many", func(t *testing.T) {
		limited.do(limited.request(http.MethodGet, "/status", nil))
		got := limited.do(limited.request(http.MethodGet, "/status", nil))
		require.Equal(t, 429, requireContract(t, router, h.request(http.MethodGet, "/status", nil), got))
	})
}

// requireContract holds the answer against the contract and returns its status.
func requireContract(t *testing.T, router routers.Router, r *http.Request, got reply) int {
	t.Helper()
	route, params, err := router.FindRoute(r)
	require.NoError(t, err)
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 got.status, Header: got.header, Body: io.NopCloser(bytes.NewReader(got.raw)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	require.NoError(t, err)
	return got.status
}
