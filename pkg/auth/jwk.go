package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
)

const (
	coordinate = 32   // bytes of a P-256 coordinate (RFC 7518, 6.2.1.2)
	minModulus = 2048 // bits of an RSA key that is still accepted
	maxModulus = 8192 // verifying with a larger one would be a gift to an attacker
)

var b64 = base64.RawURLEncoding

// JWK is a key as RFC 7517 writes it: EC P-256, or the public part of RSA, which PDND's clients may hold. D is
// empty in a public key.
type JWK struct {
	Type  string `json:"kty"`
	Curve string `json:"crv,omitempty"`
	X     string `json:"x,omitempty"`
	Y     string `json:"y,omitempty"`
	N     string `json:"n,omitempty"`
	E     string `json:"e,omitempty"`
	D     string `json:"d,omitempty"`
	ID    string `json:"kid,omitempty"`
	Alg   string `json:"alg,omitempty"`
	Use   string `json:"use,omitempty"`
}

// JWKS is a key set document.
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// Public returns the key without its private part.
func (j JWK) Public() JWK {
	j.D = ""
	return j
}

// Thumbprint is the digest of RFC 7638, which serves as key id where none was given.
func (j JWK) Thumbprint() string {
	canonical := fmt.Appendf(nil, `{"crv":%q,"kty":%q,"x":%q,"y":%q}`, j.Curve, j.Type, j.X, j.Y)
	if j.Type == "RSA" {
		canonical = fmt.Appendf(nil, `{"e":%q,"kty":%q,"n":%q}`, j.E, j.Type, j.N)
	}
	sum := sha256.Sum256(canonical)
	return b64.EncodeToString(sum[:])
}

// PublicKey decodes the key and refuses everything but a point of P-256 and an RSA modulus of a good size.
func (j JWK) PublicKey() (crypto.PublicKey, error) {
	if j.Use != "" && j.Use != "sig" {
		return nil, errors.New("jwk: the key is not for signatures")
	}
	if j.Type == "RSA" {
		return j.rsaKey()
	}
	return j.ecKey()
}

func (j JWK) ecKey() (*ecdsa.PublicKey, error) {
	if j.Type != "EC" || j.Curve != "P-256" || (j.Alg != "" && j.Alg != "ES256") {
		return nil, errors.New("jwk: only EC P-256 keys for ES256 and RSA keys for RS256 are accepted")
	}
	point := make([]byte, 1, 1+2*coordinate)
	point[0] = 4 // uncompressed point
	for _, part := range []string{j.X, j.Y} {
		raw, err := b64.DecodeString(part)
		if err != nil || len(raw) != coordinate {
			return nil, errors.New("jwk: a coordinate is not 32 bytes of base64url")
		}
		point = append(point, raw...)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil, fmt.Errorf("jwk: %w", err)
	}
	return key, nil
}

func (j JWK) rsaKey() (*rsa.PublicKey, error) {
	n, err1 := b64.DecodeString(j.N)
	e, err2 := b64.DecodeString(j.E)
	if err1 != nil || err2 != nil || len(e) == 0 || len(e) > 4 || (j.Alg != "" && j.Alg != "RS256") {
		return nil, errors.New("jwk: not an RSA key for RS256 in base64url")
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	if bits := key.N.BitLen(); bits < minModulus || bits > maxModulus || key.E < 3 || key.E%2 == 0 {
		return nil, fmt.Errorf("jwk: an RSA key has %d to %d bits and an odd exponent", minModulus, maxModulus)
	}
	return key, nil
}

// PrivateKey decodes a key that has its private part.
func (j JWK) PrivateKey() (*ecdsa.PrivateKey, error) {
	public, err := j.PublicKey()
	if err != nil {
		return nil, err
	}
	if j.Type != "EC" {
		return nil, errors.New("jwk: only EC P-256 keys sign here")
	}
	raw, err := b64.DecodeString(j.D)
	if err != nil || len(raw) != coordinate {
		return nil, errors.New("jwk: the private part is missing or malformed")
	}
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, errors.New("jwk: the private part is out of range")
	}
	if !key.PublicKey.Equal(public) {
		return nil, errors.New("jwk: the private part belongs to another public key")
	}
	return key, nil
}
