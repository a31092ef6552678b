package person

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// ErrKeys is a step that the state of the keys of persons, or of what they seal, does not allow.
var ErrKeys = errors.New("keys of persons")

// Keys is the folder with the keysets of persons, for the operator who turns the key that seals. The key of tax
// codes stays: search, overlap and pseudonyms hang on it.
type Keys struct {
	Dir    string
	Settle time.Duration // how long after a change of the keys none is dropped: until every process has followed it
}

// Settle is time enough for every process that reads the folder to follow a change.
const Settle = 2 * followEvery

// Key is a key that opens what it sealed; the active one of them seals.
type Key struct {
	ID     uint32
	Active bool
}

func (k Keys) file() string { return filepath.Join(k.Dir, sealingFile) }

func (k Keys) open() (*keyset.Handle, error) {
	return keysetFile(k.file(), aead.AES256GCMKeyTemplate(), false)
}

// change stores what a step has made of the keyset.
func (k Keys) change(step func(m *keyset.Manager) error) error {
	h, err := k.open()
	if err != nil {
		return err
	}
	m := keyset.NewManagerFromHandle(h)
	if err := step(m); err != nil {
		return fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if h, err = m.Handle(); err != nil {
		return fmt.Errorf("keyset of persons: %w", err)
	}
	return saveKeyset(k.file(), h)
}

// List returns the keys in the order in which they were added.
func (k Keys) List() (keys []Key, err error) {
	h, err := k.open()
	if err != nil {
		return nil, err
	}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return nil, fmt.Errorf("keyset of persons: %w", err)
		}
		keys = append(keys, Key{e.KeyID(), e.IsPrimary()})
	}
	return keys, nil
}

// last is the newest key.
func (k Keys) last() (Key, error) {
	keys, err := k.List()
	if err != nil {
		return Key{}, err
	}
	return keys[len(keys)-1], nil
}

// Prepare adds a key that opens and does not seal yet: every process must have it before one of them seals by it.
func (k Keys) Prepare() (id uint32, err error) {
	last, err := k.last()
	if err != nil {
		return 0, err
	}
	if !last.Active {
		return 0, fmt.Errorf("%w: %d is prepared already", ErrKeys, last.ID)
	}
	err = k.change(func(m *keyset.Manager) (err error) {
		id, err = m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
	return id, err
}

// Promote lets the prepared key seal as soon as each process has followed the change; the others still open.
func (k Keys) Promote() (id uint32, err error) {
	last, err := k.last()
	if err != nil {
		return 0, err
	}
	if last.Active {
		return 0, fmt.Errorf("%w: none is prepared", ErrKeys)
	}
	return last.ID, k.change(func(m *keyset.Manager) error { return m.SetPrimary(last.ID) })
}
