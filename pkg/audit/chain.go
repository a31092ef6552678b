package audit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
)

// Sealer chains the records of one service. Only one of several replicas works at a time.
type Sealer struct{ db *database.DB }

// NewSealer returns the sealer of a service's records.
func NewSealer(db *database.DB) *Sealer { return &Sealer{db: db} }

const (
	sealerLock = 7704
	sealBatch  = 2000
)

// unsealed lists what no running transaction can still precede.
const unsealed = `select r.id, r.xid::text, ` + canonical + ` from audit_records r
where (r.xid, r.id) > ($1::text::xid8, $2) and r.xid < pg_snapshot_xmin(pg_current_snapshot()) order by r.xid, r.id limit $3`

// canonical is the text of a record that its hash covers.
const canonical = `jsonb_build_array(r.id, r.at, r.action, r.subject, r.administration, r.client, r.actor, r.purpose, r.txn, r.detail)::text`

// Run seals every interval until the context ends; an error is given to report and tried again.
func (s *Sealer) Run(ctx context.Context, every time.Duration, report func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := s.Seal(ctx); err != nil && ctx.Err() == nil {
			report(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Seal chains what is ready and returns how many records it chained; 0 when another replica is at it.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := s.sealBatch(ctx)
		total += n
		if err != nil || n < sealBatch {
			return total, err
		}
	}
}

func (s *Sealer) sealBatch(ctx context.Context) (n int, err error) {
	err = s.db.Update(ctx, "*", func(tx *database.Tx) error {
		n = 0
		var mine bool
		if err := tx.QueryRow("select pg_try_advisory_xact_lock($1)", []any{sealerLock}, &mine); err != nil || !mine {
			return err
		}
		var position, record int64
		var hash []byte
		xid := "0"
		err := tx.QueryRow("select position, hash, xid::text, record_id from audit_chain order by position desc limit 1", nil, &position, &hash, &xid, &record)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		var links link
		if err := tx.Query(func(rows pgx.Rows) error { return links.add(rows, &hash) }, unsealed, xid, record, sealBatch); err != nil {
			return err
		}
		n = len(links.ids)
		tx.Queue(`insert into audit_chain (position, record_id, xid, hash)
			select $1 + n, id, xid::xid8, hash from unnest($2::bigint[], $3::text[], $4::bytea[]) with ordinality u(id, xid, hash, n)`,
			position, links.ids, links.xids, links.hashes)
		return nil
	})
	return n, err
}

type link struct {
	ids    []int64
	xids   []string
	hashes [][]byte
}

func (l *link) add(rows pgx.Rows, previous *[]byte) error {
	var id int64
	var xid, text string
	if err := rows.Scan(&id, &xid, &text); err != nil {
		return err
	}
	*previous = chain(*previous, text)
	l.ids, l.xids, l.hashes = append(l.ids, id), append(l.xids, xid), append(l.hashes, *previous)
	return nil
}

func chain(previous []byte, text string) []byte {
	h := sha256.New()
	h.Write(previous)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// Verify recomputes the chain and returns the number of sealed records and their root; the error names
// the first record that was edited, deleted or moved.
func Verify(ctx context.Context, db *database.DB) (sealed int64, root []byte, err error) {
	err = db.Read(ctx, "*", func(b *pgx.Batch) {
		b.Queue(`select c.position, c.record_id, c.hash, coalesce(` + canonical + `, '') from audit_chain c
			left join audit_records r on r.id = c.record_id and r.xid = c.xid order by c.position`).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var position, record int64
				var hash []byte
				var text string
				if err := rows.Scan(&position, &record, &hash, &text); err != nil {
					return err
				}
				root = chain(root, text)
				if sealed++; position != sealed || string(root) != string(hash) {
					return fmt.Errorf("the chain is broken at position %d, record %d", sealed, record)
				}
			}
			return rows.Err()
		})
	})
	return sealed, root, err
}
