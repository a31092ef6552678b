package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

const coordinate = 32 // bytes of a P-256 coordinate (RFC 7518, 6.2.1.2)

var b64 = base64.RawURLEncoding

// JWK is an EC P-256 key as RFC 7517 writes it; D is empty in a public key.
type JWK struct {
	Type  string `json:"kty"`
	Curve string `json:"crv"`
	X     string `json:"x"`
	Y     string `json:"y"`
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
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":%q,"kty":%q,"x":%q,"y":%q}`, j.Curve, j.Type, j.X, j.Y))
	return b64.EncodeToString(sum[:])
}

// PublicKey decodes the key and refuses everything that is no point of P-256.
func (j JWK) PublicKey() (*ecdsa.PublicKey, error) {
	if j.Type != "EC" || j.Curve != "P-256" || (j.Alg != "" && j.Alg != "ES256") || (j.Use != "" && j.Use != "sig") {
		return nil, errors.New("jwk: only EC P-256 keys for ES256 signatures are accepted")
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

// PrivateKey decodes a key that has its private part.
func (j JWK) PrivateKey() (*ecdsa.PrivateKey, error) {
	public, err := j.PublicKey()
	if err != nil {
		return nil, err
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
