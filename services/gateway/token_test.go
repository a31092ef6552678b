package gateway_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/services/gateway"
)

func TestTokenForAnAssertion(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	v := byAssertion(h.assertion("portal-lazio"))
	v.Set("scope", "applications:read")
	v.Set("purpose", "p-1")
	r := h.form(v)
	require.Equal(t, 200, r.status, string(r.raw))
	require.Equal(t, "no-store", r.header.Get("Cache-Control"))
	require.Equal(t, "Bearer", r.body["token_type"])
	require.EqualValues(t, 600, r.body["expires_in"])
	require.Equal(t, "applications:read", r.body["scope"])
	var c auth.Claims
	token, _, err := jwt.NewParser().ParseUnverified(r.body["access_token"].(string), &c)
	require.NoError(t, err)
	require.Equal(t, "at+jwt", token.Header["typ"])
	require.Equal(t, []string{"portal-lazio", "PORTAL", "LAZ", "applications:read", "p-1"},
		[]string{c.ClientID, c.ClientKind, c.Administration, c.Scope, c.Purpose})
	require.NotEmpty(t, c.ID)
}

// proof has the claims of a good assertion.
func proof(jti string) auth.Claims {
	c := auth.Claims{RegisteredClaims: jwt.RegisteredClaims{
		Issuer: "portal-lazio", Subject: "portal-lazio", Audience: jwt.ClaimStrings{issuer}, ID: jti,
	}}
	c.Lifetime(time.Now(), time.Minute)
	return c
}

func TestToken_Assertion(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	key, err := h.clients["portal-lazio"].Assertable()
	require.NoError(t, err)
	foreign, err := h.clients["inps"].Assertable()
	require.NoError(t, err)
	cases := map[string]struct {
		key    auth.Key
		typ    string
		change func(c *auth.Claims)
		status int
		says   string
	}{
		"good":             {key, auth.TypeAssertion, func(*auth.Claims) {}, 200, ""},
		"PDND habit":       {key, "JWT", func(*auth.Claims) {}, 200, ""},
		"120 s":            {key, "JWT", func(c *auth.Claims) { c.Lifetime(time.Now(), 120*time.Second) }, 200, ""},
		"121 s":            {key, "JWT", func(c *auth.Claims) { c.Lifetime(time.Now(), 121*time.Second) }, 401, "exp"},
		"aud is token url": {key, "JWT", func(c *auth.Claims) { c.Audience = jwt.ClaimStrings{issuer + "/oauth2/token"} }, 401, "aud"},
		"other subject":    {key, "JWT", func(c *auth.Claims) { c.Subject = "inps" }, 401, "sub"},
		"no jti":           {key, "JWT", func(c *auth.Claims) { c.ID = "" }, 401, "jti"},
		"an access token":  {key, auth.TypeAccess, func(*auth.Claims) {}, 401, "typ"},
		"expired":          {key, "JWT", func(c *auth.Claims) { c.Lifetime(time.Now().Add(-time.Minute), 30*time.Second) }, 401, "exp"},
		"another's key":    {foreign, "JWT", func(*auth.Claims) {}, 401, "refused"},
		"unknown client":   {key, "JWT", func(c *auth.Claims) { c.Issuer, c.Subject = "nobody", "nobody" }, 401, "unknown"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := proof("j-" + name)
			tc.change(&c)
			raw, err := auth.NewSigner(tc.key, tc.typ).Sign(c)
			require.NoError(t, err)
			r := h.form(byAssertion(raw))
			require.Equal(t, tc.status, r.status, string(r.raw))
			require.Equal(t, tc.status == 401, r.body["error"] == "invalid_client")
			if tc.says != "" {
				require.Contains(t, r.body["error_description"], tc.says)
			}
		})
	}
}

func TestToken_AssertionServesOnceHoweverManyTry(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	raw := h.assertion("portal-lazio")
	var granted, refused atomic.Int64
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			switch r := h.form(byAssertion(raw)); {
			case r.status == 200:
				granted.Add(1)
			case r.status == 401 && r.body["error"] == "invalid_client":
				refused.Add(1)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, granted.Load())
	require.EqualValues(t, 63, refused.Load())
}

func TestTokenRequestsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	with := func(name string, values ...string) url.Values {
		v := byAssertion(h.assertion("portal-lazio"))
		v[name] = values
		return v
	}
	cases := map[string]struct {
		form   url.Values
		status int
		code   string
	}{
		"no grant":         {with("grant_type"), 400, "invalid_request"},
		"other grant":      {with("grant_type", "password"), 400, "unsupported_grant_type"},
		"foreign scope":    {with("scope", "applications:read inps:exchange"), 400, "invalid_scope"},
		"repeated":         {with("scope", "applications:read", "applications:read"), 400, "invalid_request"},
		"bad purpose":      {with("purpose", "a b"), 400, "invalid_request"},
		"other client id":  {with("client_id", "inps"), 401, "invalid_client"},
		"other assertion":  {with("client_assertion_type", "saml"), 401, "invalid_client"},
		"no proof":         {url.Values{"grant_type": {"client_credentials"}, "client_id": {"inps"}}, 401, "invalid_client"},
		"two proofs":       {with("client_secret", "x"), 400, "invalid_request"},
		"assertion broken": {byAssertion("a.b.c"), 401, "invalid_client"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := h.form(tc.form)
			require.Equal(t, tc.status, r.status, string(r.raw))
			require.Equal(t, tc.code, r.body["error"])
			require.Equal(t, "no-store", r.header.Get("Cache-Control"))
			require.NotEmpty(t, r.header.Get("X-RateLimit-Limit"))
		})
	}
	r := h.request(http.MethodPost, "/oauth2/token", strings.NewReader(`{"grant_type":"client_credentials"}`))
	r.Header.Set("Content-Type", "application/json")
	require.Equal(t, 400, h.do(r).status)
}

func TestSecretsAreForDevelopmentOnly(t *testing.T) {
	t.Parallel()
	dev := newHouse(t, nil)
	post := url.Values{"grant_type": {"client_credentials"}, "client_id": {"inps"}, "client_secret": {"secret-of-inps"}}
	require.Equal(t, 200, dev.form(post).status)
	basic := func(h *house, secret string) reply {
		r := h.request(http.MethodPost, "/oauth2/token", strings.NewReader("grant_type=client_credentials"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("inps", secret)
		return h.do(r)
	}
	require.Equal(t, 200, basic(dev, "secret-of-inps").status)
	wrong := basic(dev, "secret-of-portal-lazio")
	require.Equal(t, 401, wrong.status)
	require.NotEmpty(t, wrong.header.Get("WWW-Authenticate"))

	// Outside development, over the same registry with the secrets still in it.
	keys := t.TempDir()
	for _, name := range []string{"/external", "/internal"} {
		_, err := auth.OpenOrMakeRing(keys + name)
		require.NoError(t, err)
	}
	strict := newHouseOn(t, dev.db, func(c *gateway.Config) { c.DevClients, c.KeyDir, c.ClientsFile = false, keys, "" })
	strict.clients = dev.clients
	require.Equal(t, 200, strict.form(byAssertion(strict.assertion("inps"))).status)
	require.Equal(t, "invalid_client", strict.form(post).body["error"])
	require.Equal(t, 401, basic(strict, "secret-of-inps").status)
}
