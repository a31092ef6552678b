package person

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"

	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// resealing is a pass over all sealed values.
type resealing struct {
	services []Sealed
	box      tink.AEAD
	active   []byte // how ciphertexts of the active key begin
	damaged  []string
	sealed   int
}

// Reseal seals under the active key what is under another one, while the services run. A pass that was interrupted
// goes on where it is called again. It returns how many values it sealed, and an error where some are left.
func (k Keys) Reseal(ctx context.Context, progress func(done, total int), services ...Sealed) (int, error) {
	r, err := k.resealing(services)
	if err != nil {
		return 0, err
	}
	total, err := r.left(ctx)
	if err != nil || total == 0 {
		return 0, err
	}
	for _, s := range services {
		for _, c := range s.Columns {
			if err := r.column(ctx, s.DB, c, func() { progress(min(r.sealed, total), total) }); err != nil {
				return r.sealed, err
			}
		}
	}
	left, err := r.left(ctx)
	switch {
	case err != nil:
		return r.sealed, err
	case len(r.damaged) > 0:
		return r.sealed, fmt.Errorf("%w: %d values do not open and stay as they are, the first is %s", ErrKeys, len(r.damaged), r.damaged[0])
	case left > 0:
		return r.sealed, fmt.Errorf("%w: %d values came under an older key meanwhile: see that every process has the new keys, then seal again", ErrKeys, left)
	}
	return r.sealed, nil
}

func (k Keys) resealing(services []Sealed) (*resealing, error) {
	h, err := k.open()
	if err != nil {
		return nil, err
	}
	active, err := h.Primary()
	if err != nil {
		return nil, fmt.Errorf("keyset of persons: %w", err)
	}
	box, err := aead.New(h)
	if err != nil {
		return nil, fmt.Errorf("keyset of persons: %w", err)
	}
	return &resealing{services: services, box: box, active: prefixOf(active.KeyID())}, nil
}

// left counts the values that are not under the active key.
func (r *resealing) left(ctx context.Context) (n int, err error) {
	under, err := countByKey(ctx, r.services)
	for prefix, count := range under {
		if prefix != string(r.active) {
			n += count
		}
	}
	return n, err
}

func (r *resealing) column(ctx context.Context, db *database.DB, c Column, shown func()) error {
	for from := (resealed{}); ; {
		var b resealed
		var n int64
		err := db.Update(ctx, auth.AllAdministrations, func(tx *database.Tx) (err error) {
			b = resealed{id: from.id, row: from.row}
			n, err = r.batch(tx, c, &b)
			return err
		})
		if err != nil || b.read == 0 {
			return err
		}
		r.sealed += int(n)
		r.damaged = append(r.damaged, b.damaged...)
		from = b
		shown()
	}
}

// resealed are the values of one transaction, and the row where the next begins.
type resealed struct {
	id         uuid.UUID
	row        int
	read       int
	ids        []uuid.UUID
	rows       []int
	old, fresh [][]byte
	damaged    []string
}

func (r *resealing) batch(tx *database.Tx, c Column, b *resealed) (int64, error) {
	err := tx.Query(func(rows pgx.Rows) error {
		var administration string
		var old []byte
		if err := rows.Scan(&administration, &b.id, &b.row, &old); err != nil {
			return err
		}
		b.read++
		at := c.Place(administration, b.id, b.row)
		plain, err := r.box.Decrypt(old, at)
		if err != nil {
			b.damaged = append(b.damaged, string(at))
			return nil
		}
		fresh, err := r.box.Encrypt(plain, at)
		b.ids, b.rows, b.old, b.fresh = append(b.ids, b.id), append(b.rows, b.row), append(b.old, old), append(b.fresh, fresh)
		return err
	}, c.stale(), r.active, b.id, b.row, c.Batch)
	if err != nil || len(b.ids) == 0 {
		return 0, err
	}
	return tx.Exec(c.store(), b.ids, b.rows, b.old, b.fresh)
}
