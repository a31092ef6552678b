package auth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

const access = "an.access.token"

// proof makes a DPoP proof that change may spoil.
func proof(t *testing.T, change func(header, claims map[string]any)) (raw string, public auth.JWK) {
	t.Helper()
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	full, err := key.JWK()
	require.NoError(t, err)
	private, err := full.PrivateKey()
	require.NoError(t, err)
	public = full.Public()
	sum := sha256.Sum256([]byte(access))
	header := map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]any{"kty": "EC", "crv": "P-256", "x": public.X, "y": public.Y}}
	claims := map[string]any{"jti": "p1", "htm": "GET", "htu": "https://api.example/concessions/v1/applications", "iat": noon.Unix(),
		"ath": base64.RawURLEncoding.EncodeToString(sum[:])}
	if change != nil {
		change(header, claims)
	}
	head, err := json.Marshal(header)
	require.NoError(t, err)
	body, err := json.Marshal(claims)
	require.NoError(t, err)
	input := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
	sig, err := jwt.SigningMethodES256.Sign(input, private)
	require.NoError(t, err)
	return input + "." + base64.RawURLEncoding.EncodeToString(sig), public
}

var called = auth.ProofRequest{Method: "GET", URL: "https://api.example/concessions/v1/applications", AccessToken: access}

func TestAProofNamesItsKey(t *testing.T) {
	t.Parallel()
	raw, public := proof(t, nil)
	p, err := auth.VerifyProof(raw, called, noon)
	require.NoError(t, err)
	require.Equal(t, auth.Proof{Thumbprint: public.Thumbprint(), ID: "p1", Until: noon.Add(90 * time.Second).UTC()}, auth.Proof{p.Thumbprint, p.ID, p.Until.UTC()})
}

func TestDPoP_MatrixOfClaims(t *testing.T) {
	t.Parallel()
	foreign, _ := proof(t, nil)
	claim := func(name string, value any) func(_, c map[string]any) {
		return func(_, c map[string]any) { c[name] = value }
	}
	head := func(name string, value any) func(h, _ map[string]any) {
		return func(h, _ map[string]any) { h[name] = value }
	}
	for name, x := range map[string]struct {
		change func(h, c map[string]any)
		reason string
	}{
		"another method":      {claim("htm", "POST"), "htm"},
		"another path":        {claim("htu", "https://api.example/concessions/v1/decrees"), "htu"},
		"another host":        {claim("htu", "https://evil.example/concessions/v1/applications"), "htu"},
		"plain http":          {claim("htu", "http://api.example/concessions/v1/applications"), "htu"},
		"no address":          {claim("htu", "applications"), "htu"},
		"another token":       {claim("ath", "x"), "ath"},
		"no token":            {func(_, c map[string]any) { delete(c, "ath") }, "ath"},
		"too old":             {claim("iat", noon.Add(-61*time.Second).Unix()), "iat"},
		"from the future":     {claim("iat", noon.Add(31*time.Second).Unix()), "iat"},
		"no iat":              {func(_, c map[string]any) { delete(c, "iat") }, "iat"},
		"no jti":              {claim("jti", ""), "jti"},
		"an access token":     {head("typ", "at+jwt"), "typ"},
		"no key":              {func(h, _ map[string]any) { delete(h, "jwk") }, "jwk"},
		"a private key":       {func(h, _ map[string]any) { h["jwk"].(map[string]any)["d"] = "AA" }, "jwk"},
		"a symmetric key":     {head("jwk", map[string]any{"kty": "oct", "k": "AA"}), "jwk"},
		"crit":                {head("crit", []string{"b64"}), "crit"},
		"another one's key":   {func(h, _ map[string]any) { h["jwk"] = keyOf(t, foreign) }, "signature"},
		"HS256":               {head("alg", "HS256"), "signature"},
		"the address of keys": {head("jku", "https://evil.example"), "jku"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, _ := proof(t, x.change)
			_, err := auth.VerifyProof(raw, called, noon)
			requireReason(t, x.reason, err)
		})
	}
	_, err := auth.VerifyProof("", called, noon)
	require.True(t, fault.Is(err, fault.TokenInvalid))
}

// keyOf reads the key out of another proof's header.
func keyOf(t *testing.T, raw string) (key map[string]any) {
	t.Helper()
	head, err := base64.RawURLEncoding.DecodeString(raw[:indexOf(raw)])
	require.NoError(t, err)
	var h struct{ JWK map[string]any }
	require.NoError(t, json.Unmarshal(head, &h))
	return h.JWK
}

func indexOf(raw string) int {
	for i, c := range raw {
		if c == '.' {
			return i
		}
	}
	return len(raw)
}

func TestAddressesAreComparedAfterNormalisation(t *testing.T) {
	t.Parallel()
	for _, same := range []string{"https://API.example:443/concessions/v1/applications", "https://api.example/concessions/v1/applications?x=1#y"} {
		raw, _ := proof(t, func(_, c map[string]any) { c["htu"] = same })
		_, err := auth.VerifyProof(raw, called, noon)
		require.NoError(t, err, same)
	}
}
