package testkit

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
)

const problemType = "application/problem+json"

// Contract holds the answers of a service against its OpenAPI document, so that every test of the service also
// proves its contract.
type Contract struct {
	Doc    *openapi3.T
	router routers.Router
}

// LoadContract reads a self-contained document; base is the path under which it is served, "" for the root.
func LoadContract(spec []byte, base string) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	if base != "" {
		doc.Servers = openapi3.Servers{{URL: base}}
	}
	router, err := gorillamux.NewRouter(doc)
	return &Contract{Doc: doc, router: router}, err
}

// Require wants the status to be declared, and media type, headers and body as the contract has them. It says
// whether the request is an operation of the contract; what is none is only held to the form of problems.
func (k *Contract) Require(t testing.TB, r *http.Request, status int, header http.Header, body []byte) (known bool) {
	t.Helper()
	requireProblem(t, status, header, body)
	route, params, err := k.router.FindRoute(r)
	if err != nil {
		return false
	}
	require.NoError(t, openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.EnableFormatValidation()}},
	}), "%s %s answered %d", r.Method, r.URL.Path, status)
	return true
}

// requireProblem wants an error to be a problem document (RFC 9457) with a code of the catalogue and its
// status. Other media types of errors are left to the contract, which has to declare them.
func requireProblem(t testing.TB, status int, header http.Header, body []byte) {
	t.Helper()
	if header.Get("Content-Type") != problemType {
		return
	}
	var problem struct {
		Type, Title string
		Status      int
		Code        fault.Code
	}
	require.NoError(t, json.Unmarshal(body, &problem), string(body))
	require.True(t, slices.Contains(fault.Codes(), problem.Code), "%q is not in the catalogue", problem.Code)
	require.Equal(t, []int{problem.Code.Status(), problem.Code.Status()}, []int{status, problem.Status}, string(body))
	require.NotEmpty(t, problem.Title)
	require.Equal(t, "https://w2w.example/problems/"+string(problem.Code), problem.Type)
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		require.NotEmpty(t, header.Get("Retry-After"), string(body))
	}
}
