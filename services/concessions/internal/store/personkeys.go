package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// ErrPersonKeys is a step that the state of the keys of persons, or of what they seal, does not allow.
var ErrPersonKeys = errors.New("keys of persons")

// PersonKeys is the folder with the keysets of persons, for the operator who turns the key that seals. The key of
// tax codes stays: search, overlap and pseudonyms hang on it.
type PersonKeys struct{ Dir string }

// PersonKey is a key that opens what it sealed; the active one of them seals.
type PersonKey struct {
	ID     uint32
	Active bool
}

func (k PersonKeys) file() string { return filepath.Join(k.Dir, sealingFile) }

func (k PersonKeys) open() (*keyset.Handle, error) {
	return keysetFile(k.file(), aead.AES256GCMKeyTemplate(), false)
}

// change stores what a step has made of the keyset.
func (k PersonKeys) change(step func(m *keyset.Manager) error) error {
	h, err := k.open()
	if err != nil {
		return err
	}
	m := keyset.NewManagerFromHandle(h)
	if err := step(m); err != nil {
		return fmt.Errorf("%w: %w", ErrPersonKeys, err)
	}
	if h, err = m.Handle(); err != nil {
		return fmt.Errorf("keyset of persons: %w", err)
	}
	return saveKeyset(k.file(), h)
}

// List returns the keys in the order in which they were added.
func (k PersonKeys) List() (keys []PersonKey, err error) {
	h, err := k.open()
	if err != nil {
		return nil, err
	}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return nil, fmt.Errorf("keyset of persons: %w", err)
		}
		keys = append(keys, PersonKey{e.KeyID(), e.IsPrimary()})
	}
	return keys, nil
}

// last is the newest key.
func (k PersonKeys) last() (PersonKey, error) {
	keys, err := k.List()
	if err != nil {
		return PersonKey{}, err
	}
	return keys[len(keys)-1], nil
}

// Prepare adds a key that opens and does not seal yet: every process must have it before one of them seals by it.
func (k PersonKeys) Prepare() (id uint32, err error) {
	last, err := k.last()
	if err != nil {
		return 0, err
	}
	if !last.Active {
		return 0, fmt.Errorf("%w: %d is prepared already", ErrPersonKeys, last.ID)
	}
	err = k.change(func(m *keyset.Manager) (err error) {
		id, err = m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
	return id, err
}

// Promote lets the prepared key seal from each process's next start on; the others still open.
func (k PersonKeys) Promote() (id uint32, err error) {
	last, err := k.last()
	if err != nil {
		return 0, err
	}
	if last.Active {
		return 0, fmt.Errorf("%w: none is prepared", ErrPersonKeys)
	}
	return last.ID, k.change(func(m *keyset.Manager) error { return m.SetPrimary(last.ID) })
}

// Drop takes away a key under which nothing is sealed any more.
func (k PersonKeys) Drop(ctx context.Context, db *database.DB, id uint32) error {
	under, err := countByKey(ctx, db)
	if err != nil {
		return err
	}
	if n := under[string(prefixOf(id))]; n > 0 {
		return fmt.Errorf("%w: %d values are sealed under %d: seal them again first", ErrPersonKeys, n, id)
	}
	return k.change(func(m *keyset.Manager) error { return m.Delete(id) })
}

// prefixOf is how the ciphertexts of a key begin.
func prefixOf(id uint32) []byte { return binary.BigEndian.AppendUint32([]byte{1}, id) }

const countSealed = `select left5, count(*) from (
	select substr(person, 1, 5) from application_workers
	union all select substr(sent, 1, 5) from unread_rows
	union all select substr(content, 1, 5) from document_contents) sealed(left5) group by left5`

// countByKey counts all sealed values by the beginning of their ciphertexts.
func countByKey(ctx context.Context, db *database.DB) (map[string]int, error) {
	under := map[string]int{}
	err := db.Read(ctx, auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue(countSealed).Query(func(rows pgx.Rows) error {
			var prefix []byte
			var n int
			_, err := pgx.ForEachRow(rows, []any{&prefix, &n}, func() error { under[string(prefix)] += n; return nil })
			return err
		})
	})
	return under, err
}
