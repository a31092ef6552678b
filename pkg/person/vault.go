// Package person seals who a person is at rest, and gives each tax code the key by which all services find it again.
package person

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// Person is what identifies somebody: it leaves the room that opened it only for those who may see people.
type Person struct {
	TaxCode    string `json:"t"`
	FamilyName string `json:"f"`
	GivenName  string `json:"g"`
}

// Vault seals persons, and what else names them, and keys tax codes.
type Vault struct {
	dir  string
	aead atomic.Pointer[tink.AEAD]
	mac  tink.MAC
}

// Seal encrypts a person for one place.
func (v *Vault) Seal(who Person, at Place) ([]byte, error) {
	plain, err := json.Marshal(who)
	if err != nil {
		return nil, fmt.Errorf("encode person: %w", err)
	}
	sealed, err := v.Encrypt(plain, at)
	if err != nil {
		return nil, fmt.Errorf("seal person: %w", err)
	}
	return sealed, nil
}

// Open decrypts a person; it fails when the ciphertext belongs to another place.
func (v *Vault) Open(sealed []byte, at Place) (who Person, err error) {
	plain, err := v.Decrypt(sealed, at)
	if err != nil {
		return who, fmt.Errorf("open person: %w", err)
	}
	if err := json.Unmarshal(plain, &who); err != nil {
		return who, fmt.Errorf("decode person: %w", err)
	}
	return who, nil
}

// Encrypt seals bytes that may name persons, such as a document, for one place.
func (v *Vault) Encrypt(plain []byte, at Place) ([]byte, error) {
	return (*v.aead.Load()).Encrypt(plain, at)
}

// Decrypt opens what Encrypt sealed; it fails when the ciphertext belongs to another place.
func (v *Vault) Decrypt(sealed []byte, at Place) ([]byte, error) {
	return (*v.aead.Load()).Decrypt(sealed, at)
}

// Key is the keyed HMAC of a tax code exactly as written: it serves search and overlap, and is the same in every
// service that has the keyset.
func (v *Vault) Key(taxCode string) ([]byte, error) {
	key, err := v.mac.ComputeMAC([]byte(taxCode))
	if err != nil {
		return nil, fmt.Errorf("key of tax code: %w", err)
	}
	return key, nil
}

// Pseudonym is a key as events and audit records have it.
func Pseudonym(key []byte) string { return hex.EncodeToString(key) }
