package gateway_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// audited is a call of the portal with an evidence of its user and a voucher that is bound to one.
func (h *house) audited(p *pdnd, change func(e *auth.Evidence), bind func(v *voucher, evidence string)) *http.Request {
	h.t.Helper()
	e := auth.Evidence{RegisteredClaims: jws("portal-lazio", eService), Purpose: purpose, User: "RSSMRA80A01H501U", Location: "ufficio 3", LoA: "LoA3"}
	change(&e)
	raw, err := h.signer("portal-lazio").Sign(e)
	require.NoError(h.t, err)
	v := p.voucher("portal-lazio", time.Now())
	bindTo(v, raw)
	bind(v, raw)
	r := h.signed("/concessions/v1/applications/1/transitions", v.sign(h.t), jws("portal-lazio", eService))
	r.Header.Set("Agid-JWT-TrackingEvidence", raw)
	return r
}

func bindTo(v *voucher, evidence string) {
	sum := sha256.Sum256([]byte(evidence))
	v.claims.Digest = &auth.TokenDigest{Alg: "SHA256", Value: hex.EncodeToString(sum[:])}
}

func asMade(*auth.Evidence) {}

func asBound(*voucher, string) {}

func TestAUDIT_TheUserBecomesAPseudonym(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, required)
	first, again := h.do(h.audited(p, asMade, asBound)).seen(t), h.do(h.audited(p, asMade, asBound)).seen(t)
	require.Regexp(t, `^u_[A-Za-z0-9_-]{32}$`, first.Identity.Actor)
	require.Equal(t, first.Identity.Actor, again.Identity.Actor)
	require.Equal(t, "LoA3", first.Identity.LoA)
	noted := records(t, h, "call.allowed")
	require.Len(t, noted, 2)
	require.Equal(t, first.Identity.Actor, noted[0].Actor)
	require.Equal(t, "LoA3", noted[0].Detail["loa"])
	require.Empty(t, first.Headers.Get("Agid-JWT-TrackingEvidence"), "the user's id ends at the gateway")
	other := h.do(h.audited(p, func(e *auth.Evidence) { e.User = "VRDLGI80A01H501X" }, asBound)).seen(t)
	require.NotEqual(t, first.Identity.Actor, other.Identity.Actor)
	own := h.do(h.call("portal-lazio", http.MethodPost, "/concessions/v1/applications/1/transitions", strings.NewReader(letter))).seen(t)
	require.Equal(t, "portal-lazio", own.Identity.Actor, "the requirement is for vouchers")
}

func TestAUDIT_WhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, required)
	for name, tc := range map[string]struct {
		change   func(e *auth.Evidence)
		bind     func(v *voucher, evidence string)
		reason   string
		expected any
	}{
		"bound to no voucher":      {asMade, func(v *voucher, _ string) { v.claims.Digest = nil }, "digest", "-"},
		"bound to another voucher": {asMade, func(v *voucher, raw string) { bindTo(v, raw+"x") }, "digest", "-"},
		"digest of another kind":   {asMade, func(v *voucher, _ string) { v.claims.Digest.Alg = "MD5" }, "digest", "-"},
		"another purpose":          {func(e *auth.Evidence) { e.Purpose = "another" }, asBound, "purposeId", purpose},
		"another client":           {func(e *auth.Evidence) { e.Issuer = "inps" }, asBound, "iss", "portal-lazio"},
		"another audience":         {func(e *auth.Evidence) { e.Audience[0] = issuer }, asBound, "aud", eService},
		"no jti":                   {func(e *auth.Evidence) { e.ID = "" }, asBound, "jti", nil},
		"no user":                  {func(e *auth.Evidence) { e.User = "" }, asBound, "userID", nil},
		"no level of assurance":    {func(e *auth.Evidence) { e.LoA = "" }, asBound, "LoA", nil},
		"expired":                  {func(e *auth.Evidence) { e.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Second)) }, asBound, "exp", nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := h.audited(p, tc.change, tc.bind)
			if tc.expected == "-" {
				sum := sha256.Sum256([]byte(r.Header.Get("Agid-JWT-TrackingEvidence")))
				tc.expected = hex.EncodeToString(sum[:])
			}
			got := h.do(r)
			requireRefused(t, got, "Agid-JWT-TrackingEvidence", tc.reason, tc.expected)
			require.NotContains(t, string(got.raw), "RSSMRA")
		})
	}
	for name, tc := range map[string]struct {
		spoil  func(r *http.Request)
		reason string
	}{
		"missing": {func(r *http.Request) { r.Header.Del("Agid-JWT-TrackingEvidence") }, "missing"},
		"twice":   {func(r *http.Request) { r.Header.Add("Agid-JWT-TrackingEvidence", "x") }, "duplicate"},
	} {
		r := h.audited(p, asMade, asBound)
		tc.spoil(r)
		t.Run(name, func(t *testing.T) { requireRefused(t, h.do(r), "Agid-JWT-TrackingEvidence", tc.reason, nil) })
	}
	r := h.audited(p, asMade, asBound)
	r.Header.Set("X-Actor", "u_7")
	requireProblem(t, h.do(r), 400, "request-invalid")
}
