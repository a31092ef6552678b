package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// Route is the method and the path, as the contract writes it, of what a request asks for; empty for no operation.
func (k *Contract) Route(r *http.Request) string {
	route, _, err := k.router.FindRoute(r)
	if err != nil {
		return ""
	}
	return r.Method + " " + route.Path
}

// Require is Check for a test that ends at the first answer out of order.
func (k *Contract) Require(t testing.TB, r *http.Request, status int, header http.Header, body []byte) (known bool) {
	t.Helper()
	known, err := k.Check(r, status, header, body)
	require.NoError(t, err, "%s %s answered %d", r.Method, r.URL.Path, status)
	return known
}

// Check wants the status to be declared, and media type, headers and body as the contract has them. It says
// whether the request is an operation of the contract; what is none is only held to the form of problems.
func (k *Contract) Check(r *http.Request, status int, header http.Header, body []byte) (known bool, err error) {
	route, params, unknown := k.router.FindRoute(r)
	if header.Get("Content-Type") == problemType {
		err = checkProblem(status, header, body)
	} else if status >= 400 && unknown != nil {
		err = fmt.Errorf("an error that is no problem document: %.200s", body)
	}
	if err != nil || unknown != nil {
		return unknown == nil, err
	}
	return true, openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.EnableFormatValidation()}},
	})
}

// checkProblem wants a problem document (RFC 9457) with a code of the catalogue and its status. Other media
// types of errors are left to the contract, which has to declare them.
func checkProblem(status int, header http.Header, body []byte) error {
	var problem struct {
		Type, Title string
		Status      int
		Code        fault.Code
	}
	if err := json.Unmarshal(body, &problem); err != nil {
		return err
	}
	switch {
	case !slices.Contains(fault.Codes(), problem.Code):
		return fmt.Errorf("%q is not in the catalogue of faults", problem.Code)
	case problem.Status != status || problem.Code.Status() != status:
		return fmt.Errorf("%q has the status %d, the answer %d, its document %d", problem.Code, problem.Code.Status(), status, problem.Status)
	case problem.Title == "" || problem.Type != "https://w2w.example/problems/"+string(problem.Code):
		return fmt.Errorf("the problem %q has no title or the type %q", problem.Code, problem.Type)
	case (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable) && header.Get("Retry-After") == "":
		return fmt.Errorf("%d without Retry-After", status)
	}
	return nil
}
