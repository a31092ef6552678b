package store

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"w2w/pkg/database"
)

// Assertions is the table of used assertions.
type Assertions struct{ DB *database.DB }

// Spend implements domain.Assertions: of any number of callers with the same assertion, on any replica,
// the primary key lets exactly one through.
func (s Assertions) Spend(ctx context.Context, client, jti string, until time.Time) (bool, error) {
	sum, fresh := sha256.Sum256([]byte(jti)), false
	err := s.DB.Update(ctx, "", func(tx *database.Tx) error {
		tx.Queue(`insert into assertions (client, jti, expires_at) values ($1, $2, $3) on conflict do nothing`, client, sum[:], until).
			Exec(func(tag pgconn.CommandTag) error { fresh = tag.RowsAffected() == 1; return nil })
		return nil
	})
	return fresh && err == nil, err
}

// Sweep forgets assertions that have expired so long ago that no clock skew can revive them.
func (s Assertions) Sweep(ctx context.Context, now time.Time) (int64, error) {
	var n int64
	err := s.DB.Update(ctx, "", func(tx *database.Tx) (err error) {
		n, err = tx.Exec(`delete from assertions where expires_at < $1`, now.Add(-time.Hour))
		return err
	})
	return n, err
}
