package apitest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// Caller is someone with an administration and scopes.
type Caller struct {
	House          *House
	Administration string
	Actor          string
	Scopes         []string
}

// As is a caller; its scopes are all of them unless some are given.
func (h *House) As(administration, actor string, scopes ...string) Caller {
	if len(scopes) == 0 {
		scopes = h.service.Scopes
	}
	return Caller{h, administration, actor, scopes}
}

func (c Caller) token() string {
	var claims auth.Claims
	claims.Issuer, claims.Subject, claims.Audience, claims.ID = auth.InternalIssuer, c.Actor, []string{c.House.service.Name}, uuid.NewString()
	claims.ClientID, claims.ClientKind, claims.Administration, claims.Scope = c.Actor, "PORTAL", c.Administration, strings.Join(c.Scopes, " ")
	claims.Lifetime(c.House.Now(), auth.InternalLife)
	token, err := c.House.signer.Sign(claims)
	require.NoError(c.House.T, err)
	return token
}

// Answer is what came back, with the body read.
type Answer struct {
	Status int
	Header http.Header
	Raw    []byte
}

// JSON is a body that is an object.
func JSON(t testing.TB, raw []byte) map[string]any {
	t.Helper()
	var o map[string]any
	require.NoError(t, json.Unmarshal(raw, &o), string(raw))
	return o
}

// Send makes a request; headers come as pairs. A POST gets a fresh Idempotency-Key unless one is given.
func (c Caller) Send(method, path string, body any, headers ...string) Answer {
	t := c.House.T
	t.Helper()
	raw, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		raw, err = json.Marshal(body)
		require.NoError(t, err)
	}
	r := c.Request(method, path, raw)
	switch method {
	case http.MethodPost:
		r.Header.Set("Idempotency-Key", uuid.NewString())
		fallthrough
	case http.MethodPut:
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	a := c.House.Do(r)
	if !c.House.Contract.Require(t, r, a.Status, a.Header, a.Raw) {
		require.Contains(t, []int{http.StatusNotFound, http.StatusMethodNotAllowed}, a.Status, "%s %s is not in the contract", method, path)
	}
	return a
}

// Request is one that the caller may make.
func (c Caller) Request(method, path string, body []byte) *http.Request {
	t := c.House.T
	t.Helper()
	r, err := http.NewRequest(method, c.House.URL+c.House.service.Base+path, bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set(auth.HeaderInternal, c.token())
	return r
}

// Do sends a request, whatever the contract says of the answer.
func (h *House) Do(r *http.Request) Answer {
	h.T.Helper()
	res, err := http.DefaultClient.Do(r)
	require.NoError(h.T, err)
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	require.NoError(h.T, err)
	return Answer{res.StatusCode, res.Header, out}
}
