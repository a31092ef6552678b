package gateway_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway"
)

const trustFile = `
issuers:
- {issuer: %q, jwks_uri: %q, algorithms: [ES256, RS256], audience: %q, max_life: 20m, kind: PDND}
- {issuer: "https://idp.example", jwks_uri: %q, algorithms: [ES256], audience: %q, max_life: 20m, kind: OAUTH, clients: [portal-lazio]}
%s`

// trusting has the gateway trust the issuer, and the registry know one purpose of the portal.
func trusting(t testing.TB, p *pdnd, rest string) *house {
	t.Helper()
	h := newHouse(t, func(c *gateway.Config) {
		c.Issuers = filepath.Join(t.TempDir(), "issuers.yaml")
		text := fmt.Sprintf(trustFile, p.name, p.url, eService, p.url, eService, rest)
		require.NoError(t, os.WriteFile(c.Issuers, []byte(text), 0o600))
		c.Routes["echo"] = echo(t)
	})
	h.registry(`update clients set purposes = '{` + purpose + `}' where id = 'portal-lazio'`)
	h.registry(`update clients set purposes = '{another}' where id = 'inps'`)
	return h
}

// registry changes the registry behind the gateway's back.
func (h *house) registry(change string) {
	h.t.Helper()
	conn, err := h.db.Pool().Acquire(h.t.Context())
	require.NoError(h.t, err)
	defer conn.Release()
	_, err = conn.Exec(h.t.Context(), `begin; set local w2w.administration = '*'; `+change+`; commit`)
	require.NoError(h.t, err)
}

func (h *house) withVoucher(token string) reply {
	h.t.Helper()
	r := h.request(http.MethodGet, "/concessions/v1/applications", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return h.do(r)
}

func TestPDND_VouchersAreTaken(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	p.publish("rs", rsaKey(t, 2048))
	h := trusting(t, p, "")
	for name, change := range map[string]func(v *voucher){
		"ES256": func(*voucher) {},
		"RS256": func(v *voucher) { v.method, v.key, v.header["kid"] = jwt.SigningMethodRS256, p.keys["rs"], "rs" },
		"claims that the registry decides": func(v *voucher) {
			v.claims.Scope, v.claims.Administration, v.claims.ClientKind = "applications:decree inps:exchange", "*", "INPS"
			v.claims.Purpose, v.claims.LoA = "another", "9"
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := p.voucher("portal-lazio", time.Now())
			change(v)
			got := h.withVoucher(v.sign(t)).seen(t).Identity
			got.Txn = ""
			require.Equal(t, auth.Identity{Client: "portal-lazio", Kind: "PORTAL", Administration: "LAZ", Actor: "portal-lazio", Purpose: purpose,
				Scopes: []string{"applications:read", "applications:file"}}, got)
		})
	}
	require.Equal(t, 200, h.do(h.call("portal-lazio", http.MethodGet, "/concessions/v1/x", nil)).status, "our own tokens serve as ever")
}

func TestPDND_WrongVouchersAreRefused(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	p.publish("rs", rsaKey(t, 2048))
	p.publish("short", rsaKey(t, 1024))
	h := trusting(t, p, "")
	now := time.Now()
	at := func(d time.Duration) *jwt.NumericDate { return jwt.NewNumericDate(now.Add(d)) }
	for name, tc := range map[string]struct {
		change func(v *voucher)
		reason string
	}{
		"alg none": {func(v *voucher) { v.method, v.key = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType }, "signature"},
		"HS256 with the public key": {func(v *voucher) {
			v.method, v.key = jwt.SigningMethodHS256, []byte(publicOf(p.keys["es"], "es").X)
		}, "signature"},
		"ES256 under an RSA key's name": {func(v *voucher) { v.header["kid"] = "rs" }, "signature"},
		"RS256 under an EC key's name":  {func(v *voucher) { v.method, v.key = jwt.SigningMethodRS256, p.keys["rs"] }, "signature"},
		"RS384":                         {func(v *voucher) { v.method, v.key, v.header["kid"] = jwt.SigningMethodRS384, p.keys["rs"], "rs" }, "signature"},
		"RSA of 1024 bits":              {func(v *voucher) { v.method, v.key, v.header["kid"] = jwt.SigningMethodRS256, p.keys["short"], "short" }, "kid"},
		"another key":                   {func(v *voucher) { v.key = ecKey(t) }, "signature"},
		"unknown kid":                   {func(v *voucher) { v.header["kid"] = "x" }, "kid"},
		"typ JWT":                       {func(v *voucher) { v.header["typ"] = "JWT" }, "typ"},
		"jku":                           {func(v *voucher) { v.header["jku"] = p.url }, "jku"},
		"crit":                          {func(v *voucher) { v.header["crit"] = []string{"exp"} }, "crit"},
		"near-miss of the issuer":       {func(v *voucher) { v.claims.Issuer += "/" }, "iss"},
		"our own issuer":                {func(v *voucher) { v.claims.Issuer = issuer }, "kid"},
		"another audience":              {func(v *voucher) { v.claims.Audience[0] = issuer }, "aud"},
		"two audiences":                 {func(v *voucher) { v.claims.Audience = append(v.claims.Audience, "x") }, "aud"},
		"expired":                       {func(v *voucher) { v.claims.IssuedAt, v.claims.ExpiresAt = at(-5*time.Minute), at(-time.Second) }, "exp"},
		"no exp":                        {func(v *voucher) { v.claims.ExpiresAt = nil }, "exp"},
		"too long a life":               {func(v *voucher) { v.claims.ExpiresAt = at(21 * time.Minute) }, "exp"},
		"issued tomorrow":               {func(v *voucher) { v.claims.IssuedAt = at(time.Minute) }, "iat"},
		"not yet":                       {func(v *voucher) { v.claims.NotBefore = at(time.Minute) }, "nbf"},
		"no nbf":                        {func(v *voucher) { v.claims.NotBefore = nil }, "nbf"},
		"no jti":                        {func(v *voucher) { v.claims.ID = "" }, "jti"},
		"no sub":                        {func(v *voucher) { v.claims.Subject = "" }, "sub"},
		"no client":                     {func(v *voucher) { v.claims.ClientID = "" }, "client_id"},
		"no purpose":                    {func(v *voucher) { v.claims.PurposeID = "" }, "purposeId"},
	} {
		t.Run(name, func(t *testing.T) {
			v := p.voucher("portal-lazio", now)
			tc.change(v)
			got := h.withVoucher(v.sign(t))
			requireProblem(t, got, 401, "token-invalid")
			require.Equal(t, tc.reason, got.body["reason"])
		})
	}
	require.LessOrEqual(t, p.fetches.Load(), int64(2), "whatever tokens name: one fetch for each issuer")
}

func TestPDND_UnknownPairsAreForbidden(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, "")
	for name, tc := range map[string]struct {
		client string
		change func(c *auth.Claims)
	}{
		"client that nobody registered":           {"1f1b2c3d", func(*auth.Claims) {}},
		"purpose of another client":               {"portal-lazio", func(c *auth.Claims) { c.PurposeID = "another" }},
		"client without that purpose":             {"inps", func(*auth.Claims) {}},
		"client that the other issuer has not":    {"inps", func(c *auth.Claims) { c.Issuer = "https://idp.example" }},
		"client of PDND at the other issuer, not": {"1f1b2c3d", func(c *auth.Claims) { c.Issuer = "https://idp.example" }},
	} {
		t.Run(name, func(t *testing.T) {
			v := p.voucher(tc.client, time.Now())
			tc.change(&v.claims)
			got := h.withVoucher(v.sign(t))
			requireProblem(t, got, 403, "purpose-unknown")
			require.Equal(t, tc.client, got.body["client_id"])
			require.Equal(t, v.claims.PurposeID, got.body["purpose_id"])
		})
	}
}

func TestAnotherIssuerCanOnlyNarrow(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, "")
	v := p.voucher("portal-lazio", time.Now())
	v.claims.Issuer, v.claims.Scope, v.claims.PurposeID = "https://idp.example", "applications:read applications:decree", ""
	require.Equal(t, []string{"applications:read"}, h.withVoucher(v.sign(t)).seen(t).Identity.Scopes)
	v.method, v.key, v.header["kid"] = jwt.SigningMethodRS256, rsaKey(t, 2048), "rs"
	got := h.withVoucher(v.sign(t))
	require.Equal(t, "signature", got.body["reason"], "RS256 is for the issuer that has it")
}

func TestPDND_KeysTurnAndTheIssuerFails(t *testing.T) {
	t.Parallel()
	p := newPDND(t)
	h := trusting(t, p, "")
	status := func(kid string) int {
		v := p.voucher("portal-lazio", h.now())
		v.header["kid"], v.key = kid, p.keys[kid]
		r := h.request(http.MethodGet, "/echo/v1/x", nil)
		r.Header.Set("Authorization", "Bearer "+v.sign(t))
		return h.do(r).status
	}
	require.Equal(t, 200, status("es"))
	p.publish("new", ecKey(t))
	h.ahead.Store(int64(time.Minute))
	require.Equal(t, 200, status("new"), "the set is fetched for a name that it lacks")
	p.down.Store(true)
	p.publish("newer", ecKey(t))
	h.ahead.Store(int64(time.Hour))
	require.Equal(t, 200, status("es"), "known keys serve while the issuer is down")
	require.Equal(t, 401, status("newer"))
	h.ahead.Store(int64(26 * time.Hour))
	require.Equal(t, 503, status("es"), "no longer than a day")
	p.down.Store(false)
	old := p.keys["es"]
	p.withdraw("es")
	h.ahead.Store(int64(27 * time.Hour))
	require.Equal(t, 200, status("newer"))
	v := p.voucher("portal-lazio", h.now())
	v.key, v.header["kid"] = old, "es"
	r := h.request(http.MethodGet, "/echo/v1/x", nil)
	r.Header.Set("Authorization", "Bearer "+v.sign(t))
	require.Equal(t, 401, h.do(r).status, "a key that was withdrawn")
}
