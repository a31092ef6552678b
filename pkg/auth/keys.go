package auth

import (
	"context"
	"crypto"
	"fmt"
)

// KeySource finds the public key with an id. An unknown id is a token-invalid fault.
type KeySource interface {
	Key(ctx context.Context, id string) (crypto.PublicKey, error)
}

// Keys is a fixed key set.
type Keys map[string]crypto.PublicKey

// NewKeys decodes a key set; each key needs an id.
func NewKeys(set JWKS) (Keys, error) {
	keys := make(Keys, len(set.Keys))
	for _, j := range set.Keys {
		key, err := j.PublicKey()
		if err != nil {
			return nil, err
		}
		if j.ID == "" || keys[j.ID] != nil {
			return nil, fmt.Errorf("key set: the id %q is empty or used twice", j.ID)
		}
		keys[j.ID] = key
	}
	return keys, nil
}

// Key implements KeySource.
func (k Keys) Key(_ context.Context, id string) (crypto.PublicKey, error) {
	if key, ok := k[id]; ok {
		return key, nil
	}
	return nil, invalid("kid")
}

// SoleKey is the source of a party that has one key, whose tokens may leave out the id.
type SoleKey JWK

// Key implements KeySource.
func (k SoleKey) Key(_ context.Context, id string) (crypto.PublicKey, error) {
	if id != "" && id != k.ID {
		return nil, invalid("kid")
	}
	return JWK(k).PublicKey()
}
