package store

import (
	"encoding/json"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// Person is what identifies a worker: it leaves this room only for those who may see people.
type Person struct {
	TaxCode    string `json:"t"`
	FamilyName string `json:"f"`
	GivenName  string `json:"g"`
}

// People seals persons at rest and gives each tax code the key by which it is found again.
type People struct {
	aead tink.AEAD
	mac  tink.MAC
}

// NewPeople takes the two keysets: an AEAD for the sealed column and a MAC for the key of the tax code.
func NewPeople(aead tink.AEAD, mac tink.MAC) *People { return &People{aead: aead, mac: mac} }

// place binds a sealed person to table, row and administration, so that a ciphertext moved elsewhere
// does not open.
func place(administration, application string, row int) []byte {
	return fmt.Appendf(nil, "application_workers/%s/%s/%d", administration, application, row)
}

// Seal encrypts a person for one row.
func (p *People) Seal(who Person, administration, application string, row int) ([]byte, error) {
	plain, err := json.Marshal(who)
	if err != nil {
		return nil, fmt.Errorf("encode person: %w", err)
	}
	sealed, err := p.aead.Encrypt(plain, place(administration, application, row))
	if err != nil {
		return nil, fmt.Errorf("seal person: %w", err)
	}
	return sealed, nil
}

// Open decrypts a person; it fails when the ciphertext belongs to another row or administration.
func (p *People) Open(sealed []byte, administration, application string, row int) (Person, error) {
	plain, err := p.aead.Decrypt(sealed, place(administration, application, row))
	if err != nil {
		return Person{}, fmt.Errorf("open person: %w", err)
	}
	var who Person
	if err := json.Unmarshal(plain, &who); err != nil {
		return Person{}, fmt.Errorf("decode person: %w", err)
	}
	return who, nil
}

// Key is the keyed HMAC of a tax code exactly as written: it serves search, overlap and, in events, as
// the pseudonym.
func (p *People) Key(taxCode string) ([]byte, error) {
	key, err := p.mac.ComputeMAC([]byte(taxCode))
	if err != nil {
		return nil, fmt.Errorf("key of tax code: %w", err)
	}
	return key, nil
}
