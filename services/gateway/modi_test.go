package gateway_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

const required = `
requirements:
- {path: /echo/v1/letters, methods: [POST, PUT], patterns: [INTEGRITY_REST_02]}
- {path: "/concessions/v1/applications/*/transitions", issuers: [PDND], patterns: [AUDIT_REST_02, INTEGRITY_REST_02]}
answers: {sign: [INPS], buffer_bytes: 1000}
`

// echo is a service that gives back what it gets.
func echo(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		body, _ := io.ReadAll(r.Body) // what is cut short shows in the answer
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// signer signs as a client of the house does.
func (h *house) signer(id string) *auth.Signer {
	h.t.Helper()
	key, err := h.clients[id].Assertable()
	require.NoError(h.t, err)
	return auth.NewSigner(key, auth.TypeJWS)
}

func jws(client, audience string) jwt.RegisteredClaims {
	now := time.Now()
	return jwt.RegisteredClaims{Issuer: client, Audience: jwt.ClaimStrings{audience}, ID: uuid.NewString(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(time.Minute))}
}

const letter = `{"application_ref": "A1"}`

// signed is a call of the portal with a voucher and a signed body.
func (h *house) signed(path, token string, claims jwt.RegisteredClaims) *http.Request {
	h.t.Helper()
	r := h.request(http.MethodPost, path, strings.NewReader(letter))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	require.NoError(h.t, auth.SignIntegrity(h.signer("portal-lazio"), auth.Message{Header: r.Header, Body: []byte(letter)}, claims))
	return r
}

func withBody(r *http.Request, body string) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
}

func TestINTEGRITY_SignedBodiesPassUnchanged(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, required)
	for name, call := range map[string]func() *http.Request{
		"voucher": func() *http.Request {
			return h.signed("/echo/v1/letters", p.voucher("portal-lazio", time.Now()).sign(t), jws("portal-lazio", eService))
		},
		"our own token": func() *http.Request {
			return h.signed("/echo/v1/letters/7", h.token("portal-lazio"), jws("portal-lazio", issuer))
		},
		"in chunks": func() *http.Request {
			r := h.signed("/echo/v1/letters", h.token("portal-lazio"), jws("portal-lazio", issuer))
			r.Body, r.ContentLength = io.NopCloser(struct{ io.Reader }{strings.NewReader(letter)}), -1
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.do(call())
			require.Equal(t, 200, got.status, string(got.raw))
			require.Equal(t, letter, string(got.raw))
		})
	}
	free := h.request(http.MethodPost, "/echo/v1/letters-of-others", strings.NewReader(letter))
	free.Header.Set("Authorization", "Bearer "+h.token("portal-lazio"))
	require.Equal(t, 200, h.do(free).status, "a path is covered in whole segments")
}

func TestINTEGRITY_WhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, required)
	token := p.voucher("portal-lazio", time.Now()).sign(t)
	resign := func(r *http.Request, by string, change func(c *jwt.RegisteredClaims)) {
		c := jws("portal-lazio", eService)
		change(&c)
		require.NoError(t, auth.SignIntegrity(h.signer(by), auth.Message{Header: r.Header, Body: []byte(letter)}, c))
	}
	for name, tc := range map[string]struct {
		spoil          func(r *http.Request)
		header, reason string
		expected       any
	}{
		"body changed by one byte": {func(r *http.Request) { withBody(r, strings.Replace(letter, "A1", "A2", 1)) }, "Digest", "digest",
			auth.Digest([]byte(strings.Replace(letter, "A1", "A2", 1)))},
		"body cut away":           {func(r *http.Request) { withBody(r, ""); r.Body = http.NoBody }, "Digest", "digest", auth.Digest(nil)},
		"no digest":               {func(r *http.Request) { r.Header.Del("Digest") }, "Digest", "digest", auth.Digest([]byte(letter))},
		"two digests":             {func(r *http.Request) { r.Header.Add("Digest", auth.Digest(nil)) }, "Digest", "duplicate", nil},
		"content type changed":    {func(r *http.Request) { r.Header.Set("Content-Type", "text/csv") }, "Agid-JWT-Signature", "signed_headers/content-type", "text/csv"},
		"no signature":            {func(r *http.Request) { r.Header.Del("Agid-JWT-Signature") }, "Agid-JWT-Signature", "missing", nil},
		"two signatures":          {func(r *http.Request) { r.Header.Add("Agid-JWT-Signature", "x") }, "Agid-JWT-Signature", "duplicate", nil},
		"a voucher for signature": {func(r *http.Request) { r.Header.Set("Agid-JWT-Signature", token) }, "Agid-JWT-Signature", "typ", "JWT"},
		"another client's key":    {func(r *http.Request) { resign(r, "inps", func(*jwt.RegisteredClaims) {}) }, "Agid-JWT-Signature", "kid", nil},
		"another issuer":          {func(r *http.Request) { resign(r, "portal-lazio", func(c *jwt.RegisteredClaims) { c.Issuer = "inps" }) }, "Agid-JWT-Signature", "iss", "portal-lazio"},
		"another audience": {func(r *http.Request) {
			resign(r, "portal-lazio", func(c *jwt.RegisteredClaims) { c.Audience[0] = issuer })
		}, "Agid-JWT-Signature", "aud",
			eService},
		"expired": {func(r *http.Request) {
			resign(r, "portal-lazio", func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Second)) })
		}, "Agid-JWT-Signature", "exp", nil},
		"no jti": {func(r *http.Request) { resign(r, "portal-lazio", func(c *jwt.RegisteredClaims) { c.ID = "" }) }, "Agid-JWT-Signature", "jti", nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := h.signed("/echo/v1/letters", token, jws("portal-lazio", eService))
			tc.spoil(r)
			requireRefused(t, h.do(r), tc.header, tc.reason, tc.expected)
		})
	}
}

func requireRefused(t *testing.T, got reply, header, reason string, expected any) {
	t.Helper()
	requireProblem(t, got, 401, "token-invalid")
	require.Equal(t, reason, got.body["reason"])
	require.Equal(t, "header:"+header, got.body["errors"].([]any)[0].(map[string]any)["pointer"])
	require.Equal(t, expected, got.body["expected"])
}

func TestINTEGRITY_ASignatureServesOnce(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, required)
	token, claims := h.token("portal-lazio"), jws("portal-lazio", issuer)
	require.Equal(t, 200, h.do(h.signed("/echo/v1/letters", token, claims)).status)
	requireRefused(t, h.do(h.signed("/echo/v1/letters", token, claims)), "Agid-JWT-Signature", "jti-used", nil)
	withdrawn := jws("portal-lazio", issuer)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	h.db.Close()
	got := h.do(h.signed("/echo/v1/letters", token, withdrawn).WithContext(ctx))
	requireProblem(t, got, 503, "unavailable")
}

func TestINTEGRITY_BodiesHaveTheirLimit(t *testing.T) {
	t.Parallel()
	h := trusting(t, newPDND(t), required)
	r := h.call("portal-lazio", http.MethodPost, "/echo/v1/letters", struct{ io.Reader }{bytes.NewReader(make([]byte, 64<<10+1))})
	requireProblem(t, h.do(r), 413, "body-too-large")
}
