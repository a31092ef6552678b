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

// TestAnswersKeepTheContract sends a request to each operation of the contract and holds the answers against it.
func TestAnswersKeepTheContract(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../openapi/gateway.v1.yaml")
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(data)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	h := newHouse(t, nil)
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
			requireContract(t, router.FindRoute, r, h.do(r), tc.status)
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
		requireContract(t, router.FindRoute, h.request(http.MethodGet, "/status", nil), got, 429)
	})
}

func requireContract(t *testing.T, find routeFinder, r *http.Request, got reply, status int) {
	t.Helper()
	require.Equal(t, status, got.status, string(got.raw))
	route, params, err := find(r)
	require.NoError(t, err)
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 got.status, Header: got.header, Body: io.NopCloser(bytes.NewReader(got.raw)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	require.NoError(t, err)
}

type routeFinder func(*http.Request) (*routers.Route, map[string]string, error)
