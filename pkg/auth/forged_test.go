package auth_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
)

// forge writes a token by hand with any header and signature.
func forge(t *testing.T, header map[string]any, sign func(input string) []byte) string {
	t.Helper()
	enc := func(v any) string {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	input := enc(header) + "." + enc(good())
	return input + "." + base64.RawURLEncoding.EncodeToString(sign(input))
}

func rsaSigner(t *testing.T) func(input string) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return func(input string) []byte {
		sig, err := jwt.SigningMethodRS256.Sign(input, key)
		require.NoError(t, err)
		return sig
	}
}

func hmacWith(secret string) func(input string) []byte {
	return func(input string) []byte {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(input))
		return mac.Sum(nil)
	}
}

func TestJWT_Alg(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	foreign := newParty(t, clock.Fixed(noon))
	none := func(string) []byte { return nil }
	publicAsSecret := hmacWith(p.public.X + p.public.Y)
	byRSA := rsaSigner(t)
	head := func(alg string) map[string]any {
		return map[string]any{"typ": auth.TypeInternal, "kid": p.key.ID, "alg": alg}
	}
	signed := p.sign(t, good())
	parts := strings.Split(signed, ".")
	cases := map[string]struct{ raw, reason string }{
		"none":               {forge(t, head("none"), none), "signature"},
		"None":               {forge(t, head("None"), none), "kid"},
		"HS256 public key":   {forge(t, head("HS256"), publicAsSecret), "signature"},
		"RS256":              {forge(t, head("RS256"), byRSA), "signature"},
		"ES256 by RSA":       {forge(t, head("ES256"), byRSA), "signature"},
		"ES384 named":        {forge(t, head("ES384"), none), "signature"},
		"no signature":       {parts[0] + "." + parts[1] + ".", "signature"},
		"zero signature":     {forge(t, head("ES256"), func(string) []byte { return make([]byte, 64) }), "signature"},
		"two parts":          {parts[0] + "." + parts[1], "form"},
		"not base64":         {"a.b.c", "form"},
		"payload exchanged":  {parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"w2w-gateway"}`)) + "." + parts[2], "signature"},
		"somebody else's":    {foreign.sign(t, good()), "kid"},
		"absent":             {"", "missing"},
		"kid of the trusted": {forge(t, head("ES256"), none), "signature"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := p.verifier.Verify(t.Context(), tc.raw)
			requireReason(t, tc.reason, err)
		})
	}
}

func TestJWT_TypCrit(t *testing.T) {
	t.Parallel()
	p := newParty(t, clock.Fixed(noon))
	private, err := p.key.JWK()
	require.NoError(t, err)
	key, err := private.PrivateKey()
	require.NoError(t, err)
	cases := map[string]struct {
		header map[string]any
		reason string
	}{
		"outside token":    {map[string]any{"typ": auth.TypeAccess}, "typ"},
		"plain JWT":        {map[string]any{"typ": "JWT"}, "typ"},
		"no typ":           {map[string]any{}, "typ"},
		"typ not a string": {map[string]any{"typ": []string{auth.TypeInternal}}, "typ"},
		"unknown crit":     {map[string]any{"typ": auth.TypeInternal, "crit": []string{"exp2"}, "exp2": 1}, "crit"},
		"empty crit":       {map[string]any{"typ": auth.TypeInternal, "crit": []string{}}, "crit"},
		"jku":              {map[string]any{"typ": auth.TypeInternal, "jku": "https://evil.example/keys"}, "jku"},
		"jwk":              {map[string]any{"typ": auth.TypeInternal, "jwk": p.public}, "jwk"},
		"x5u":              {map[string]any{"typ": auth.TypeInternal, "x5u": "https://evil.example/cert"}, "x5u"},
		"other kid":        {map[string]any{"typ": auth.TypeInternal, "kid": "other"}, "kid"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := map[string]any{"alg": "ES256", "kid": p.key.ID}
			for k, v := range tc.header {
				header[k] = v
			}
			raw := forge(t, header, func(input string) []byte {
				sig, err := jwt.SigningMethodES256.Sign(input, key)
				require.NoError(t, err)
				return sig
			})
			_, err := p.verifier.Verify(t.Context(), raw)
			requireReason(t, tc.reason, err)
		})
	}
}
