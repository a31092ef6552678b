package store

import (
	"context"
	"crypto/sha256"
	"time"

	"w2w/pkg/database"
)

// Rows go in by their key, so that replicas with the same rows wait for each other and never in a circle.
const (
	insertAssertions = `insert into assertions (client, jti, expires_at)
select client, jti, until from unnest($1::text[], $2::bytea[], $3::timestamptz[]) u(client, jti, until) order by client, jti
on conflict do nothing returning client, jti`
	insertProofs = `insert into proofs (id, expires_at)
select id, until from unnest($1::text[], $2::bytea[], $3::timestamptz[]) u(party, id, until) order by id
on conflict do nothing returning '', id`
)

// NewAssertions returns the table of used assertions.
func NewAssertions(db *database.DB) *Spent {
	return &Spent{db: db, insert: insertAssertions, mark: func(client, jti string) mark { return mark{client, sha256.Sum256([]byte(jti))} }}
}

// NewProofs returns the table of used DPoP proofs; a row's id stands for the party, too.
func NewProofs(db *database.DB) *Spent {
	return &Spent{db: db, insert: insertProofs, mark: func(key, jti string) mark { return mark{id: sha256.Sum256([]byte(key + "." + jti))} }}
}

// What expired by the clock of this replica and by that of the database is kept for a while more, so that a replica whose
// clock is ahead does not forget what serves others still. Of assertions there are few: three hours cover a replica that is
// two hours behind.
const (
	sweepAssertions = `delete from assertions where expires_at < least($1::timestamptz, clock_timestamp()) - interval '3 h'`
	sweepProofs     = `delete from proofs where expires_at < least($1::timestamptz, clock_timestamp()) - interval '5 min'`
)

// Sweep forgets assertions and proofs that have expired so long ago that no clock skew can revive them.
func Sweep(ctx context.Context, db *database.DB, now time.Time) (n int64, err error) {
	err = db.Update(ctx, "", func(tx *database.Tx) error {
		used, err := tx.Exec(sweepAssertions, now)
		if err != nil {
			return err
		}
		proofs, err := tx.Exec(sweepProofs, now)
		n = used + proofs
		return err
	})
	return n, err
}
