// The issuer of these tests also signs with a key that is too short.
//
//go:debug rsa1024min=0
package gateway_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

const (
	pdndName = "https://interop.example"
	eService = "https://gateway.example/concessions/v1"
	purpose  = "1b361d49-33f4-4f1e-a88b-4e12661f2300"
)

// pdnd is an issuer that behaves as PDND's does: it publishes its keys and issues vouchers, good ones and, for the
// tests, bad ones.
type pdnd struct {
	t       testing.TB
	name    string
	url     string
	down    atomic.Bool
	fetches atomic.Int64

	mu   sync.Mutex
	keys map[string]crypto.Signer
}

func newPDND(t testing.TB) *pdnd {
	t.Helper()
	p := &pdnd{t: t, name: pdndName, keys: map[string]crypto.Signer{}}
	p.publish("es", ecKey(t))
	server := httptest.NewServer(http.HandlerFunc(p.jwks))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *pdnd) publish(kid string, key crypto.Signer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[kid] = key
}

func (p *pdnd) withdraw(kid string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.keys, kid)
}

func (p *pdnd) jwks(w http.ResponseWriter, _ *http.Request) {
	p.fetches.Add(1)
	if p.down.Load() {
		http.Error(w, "", http.StatusBadGateway)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var set auth.JWKS
	for kid, key := range p.keys {
		set.Keys = append(set.Keys, publicOf(key, kid))
	}
	_ = json.NewEncoder(w).Encode(set)
}

func publicOf(key crypto.Signer, kid string) auth.JWK {
	b64 := base64.RawURLEncoding
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		return auth.JWK{Type: "RSA", ID: kid, N: b64.EncodeToString(k.N.Bytes()), E: b64.EncodeToString(big.NewInt(int64(k.E)).Bytes())}
	case *ecdsa.PublicKey:
		point, _ := k.Bytes() // a fresh key is a good one
		return auth.JWK{Type: "EC", Curve: "P-256", ID: kid, X: b64.EncodeToString(point[1:33]), Y: b64.EncodeToString(point[33:])}
	}
	return auth.JWK{}
}

func ecKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func rsaKey(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return key
}

// voucher is one before it is signed.
type voucher struct {
	claims auth.Claims
	method jwt.SigningMethod
	header map[string]any
	key    any
}

// voucher has all claims that PDND gives, for a client and its purpose.
func (p *pdnd) voucher(client string, now time.Time) *voucher {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := auth.Claims{RegisteredClaims: jwt.RegisteredClaims{
		Issuer: p.name, Subject: client, Audience: jwt.ClaimStrings{eService}, ID: uuid.NewString(), NotBefore: jwt.NewNumericDate(now),
	}, ClientID: client, PurposeID: purpose}
	c.Lifetime(now, 10*time.Minute)
	return &voucher{claims: c, method: jwt.SigningMethodES256, header: map[string]any{"typ": "at+jwt", "kid": "es"}, key: p.keys["es"]}
}

func (v *voucher) sign(t testing.TB) string {
	t.Helper()
	token := jwt.NewWithClaims(v.method, v.claims)
	for name, value := range v.header {
		token.Header[name] = value
	}
	raw, err := token.SignedString(v.key)
	require.NoError(t, err)
	return raw
}
