package store

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"w2w/pkg/database"
	"w2w/pkg/fault"
)

// Assertions is the table of used assertions.
type Assertions struct{ DB *database.DB }

// Spend implements domain.Once: of any number of callers with the same assertion, on any replica,
// the primary key lets exactly one through.
func (s Assertions) Spend(ctx context.Context, client, jti string, until time.Time) (bool, error) {
	sum := sha256.Sum256([]byte(jti))
	return spend(ctx, s.DB, `insert into assertions (client, jti, expires_at) values ($1, $2, $3) on conflict do nothing`, client, sum[:], until)
}

// Proofs is the table of used DPoP proofs.
type Proofs struct{ DB *database.DB }

// Spend implements domain.Once; the key stands for the party.
func (s Proofs) Spend(ctx context.Context, key, jti string, until time.Time) (bool, error) {
	sum := sha256.Sum256([]byte(key + "." + jti))
	return spend(ctx, s.DB, `insert into proofs (id, expires_at) values ($1, $2) on conflict do nothing`, sum[:], until)
}

// spend says no whenever it can't be sure: what is not written down could be used again.
func spend(ctx context.Context, db *database.DB, insert string, values ...any) (bool, error) {
	fresh := false
	err := db.Update(ctx, "", func(tx *database.Tx) error {
		tx.Queue(insert, values...).Exec(func(tag pgconn.CommandTag) error { fresh = tag.RowsAffected() == 1; return nil })
		return nil
	})
	if err != nil && fault.As(err) == nil && ctx.Err() == nil {
		err = fault.Wrap(err, fault.Unavailable)
	}
	return fresh && err == nil, err
}

// Sweep forgets assertions and proofs that have expired so long ago that no clock skew can revive them.
func Sweep(ctx context.Context, db *database.DB, now time.Time) (n int64, err error) {
	err = db.Update(ctx, "", func(tx *database.Tx) error {
		used, err := tx.Exec(`delete from assertions where expires_at < $1`, now.Add(-time.Hour))
		if err != nil {
			return err
		}
		proofs, err := tx.Exec(`delete from proofs where expires_at < $1`, now.Add(-5*time.Minute))
		n = used + proofs
		return err
	})
	return n, err
}
