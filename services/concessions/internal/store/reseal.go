package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/concessions/internal/domain"
)

// sealedColumn is a column of sealed values: how those under another key are read on from a row, and how they are
// stored again where they still are what was read. Whoever changes a row meanwhile wins: it is under the active key.
type sealedColumn struct {
	stale, store string
	batch        int // values a transaction
	place        func(administration string, id uuid.UUID, row int) []byte
}

const (
	staleWorkers = `select administration, application_id, row, person from application_workers
where substr(person, 1, 5) <> $1 and (application_id, row) > ($2, $3) order by application_id, row limit $4`
	storeWorkers = `update application_workers w set person = u.fresh from unnest($1::uuid[], $2::int[], $3::bytea[], $4::bytea[]) u(id, row, read, fresh)
where (w.application_id, w.row) = (u.id, u.row) and w.person = u.read`
	staleUnread = `select administration, application_id, row, sent from unread_rows
where substr(sent, 1, 5) <> $1 and (application_id, row) > ($2, $3) order by application_id, row limit $4`
	storeUnread = `update unread_rows w set sent = u.fresh from unnest($1::uuid[], $2::int[], $3::bytea[], $4::bytea[]) u(id, row, read, fresh)
where (w.application_id, w.row) = (u.id, u.row) and w.sent = u.read`
	staleDocuments = `select administration, document_id, 0, content from document_contents
where substr(content, 1, 5) <> $1 and document_id > $2 and $3::int = 0 order by document_id limit $4`
	storeDocuments = `update document_contents w set content = u.fresh from unnest($1::uuid[], $2::int[], $3::bytea[], $4::bytea[]) u(id, row, read, fresh)
where w.document_id = u.id and w.content = u.read`
)

func sealedColumns() []sealedColumn {
	return []sealedColumn{
		{staleWorkers, storeWorkers, 500, func(administration string, id uuid.UUID, row int) []byte {
			return place(administration, id.String(), row)
		}},
		{staleUnread, storeUnread, 500, func(administration string, id uuid.UUID, row int) []byte {
			return placeOfUnread(&domain.Application{Administration: administration, ID: id}, row)
		}},
		{staleDocuments, storeDocuments, 4, func(administration string, id uuid.UUID, _ int) []byte {
			return placeOfDocument(Document{Administration: administration, ID: id})
		}},
	}
}

// resealing is a pass over all sealed values.
type resealing struct {
	db      *database.DB
	box     tink.AEAD
	active  []byte // how ciphertexts of the active key begin
	damaged []string
	sealed  int
}

// Reseal seals under the active key what is under another one, while the service runs. A pass that was interrupted
// goes on where it is called again. It returns how many values it sealed, and an error where some are left.
func (k PersonKeys) Reseal(ctx context.Context, db *database.DB, progress func(done, total int)) (int, error) {
	r, err := k.resealing(db)
	if err != nil {
		return 0, err
	}
	total, err := r.left(ctx)
	if err != nil || total == 0 {
		return 0, err
	}
	for _, c := range sealedColumns() {
		if err := r.column(ctx, c, func() { progress(min(r.sealed, total), total) }); err != nil {
			return r.sealed, err
		}
	}
	left, err := r.left(ctx)
	switch {
	case err != nil:
		return r.sealed, err
	case len(r.damaged) > 0:
		return r.sealed, fmt.Errorf("%w: %d values do not open and stay as they are, the first is %s", ErrPersonKeys, len(r.damaged), r.damaged[0])
	case left > 0:
		return r.sealed, fmt.Errorf("%w: %d values came under an older key meanwhile: restart every process, then seal again", ErrPersonKeys, left)
	}
	return r.sealed, nil
}

func (k PersonKeys) resealing(db *database.DB) (*resealing, error) {
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
	return &resealing{db: db, box: box, active: prefixOf(active.KeyID())}, nil
}

// left counts the values that are not under the active key.
func (r *resealing) left(ctx context.Context) (n int, err error) {
	under, err := countByKey(ctx, r.db)
	for prefix, count := range under {
		if prefix != string(r.active) {
			n += count
		}
	}
	return n, err
}

func (r *resealing) column(ctx context.Context, c sealedColumn, shown func()) error {
	for from := (resealed{}); ; {
		var b resealed
		var n int64
		err := r.db.Update(ctx, auth.AllAdministrations, func(tx *database.Tx) (err error) {
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

func (r *resealing) batch(tx *database.Tx, c sealedColumn, b *resealed) (int64, error) {
	err := tx.Query(func(rows pgx.Rows) error {
		var administration string
		var old []byte
		if err := rows.Scan(&administration, &b.id, &b.row, &old); err != nil {
			return err
		}
		b.read++
		at := c.place(administration, b.id, b.row)
		plain, err := r.box.Decrypt(old, at)
		if err != nil {
			b.damaged = append(b.damaged, string(at))
			return nil
		}
		fresh, err := r.box.Encrypt(plain, at)
		b.ids, b.rows, b.old, b.fresh = append(b.ids, b.id), append(b.rows, b.row), append(b.old, old), append(b.fresh, fresh)
		return err
	}, c.stale, r.active, b.id, b.row, c.batch)
	if err != nil || len(b.ids) == 0 {
		return 0, err
	}
	return tx.Exec(c.store, b.ids, b.rows, b.old, b.fresh)
}
