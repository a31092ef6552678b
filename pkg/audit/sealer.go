package audit

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
)

// Sealer chains the records of one service. Only one of several replicas works at a time.
type Sealer struct {
	db      *database.DB
	publish func(Checkpoint)
}

// NewSealer returns the sealer of a service's records.
func NewSealer(db *database.DB) *Sealer { return &Sealer{db: db, publish: func(Checkpoint) {}} }

// Publish gives the head of the chain to another party, such as the log, after each sealing. Whoever holds a
// checkpoint can prove later that the chain was neither cut nor written anew.
func (s *Sealer) Publish(to func(Checkpoint)) *Sealer {
	s.publish = to
	return s
}

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

func (s *Sealer) sealBatch(ctx context.Context) (int, error) {
	var batch links
	var head Checkpoint
	err := s.db.Update(ctx, "*", func(tx *database.Tx) error {
		batch, head = links{}, Checkpoint{}
		var mine bool
		if err := tx.QueryRow(takeTurn, []any{sealerLock}, &mine); err != nil || !mine {
			return err
		}
		return batch.seal(tx, &head)
	})
	if err == nil && len(batch.ids) > 0 {
		s.publish(head)
	}
	return len(batch.ids), err
}

const (
	takeTurn = `select pg_try_advisory_xact_lock($1, hashtext(current_schema()))`
	lastLink = `select position, hash, xid::text, record_id from audit_chain order by position desc limit 1`
	addLinks = `insert into audit_chain (position, record_id, xid, hash)
select $1 + n, id, xid::xid8, hash from unnest($2::bigint[], $3::text[], $4::bytea[]) with ordinality u(id, xid, hash, n)`
)

// links are the next stretch of the chain.
type links struct {
	ids    []int64
	xids   []string
	hashes [][]byte
}

// seal appends what is ready behind the last link and moves head to the new one.
func (l *links) seal(tx *database.Tx, head *Checkpoint) error {
	last, xid := int64(0), "0"
	err := tx.QueryRow(lastLink, nil, &head.Position, &head.Hash, &xid, &last)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	first := head.Position
	if err := tx.Query(func(rows pgx.Rows) error { return l.add(rows, head) }, unsealed, xid, last, sealBatch); err != nil {
		return err
	}
	if len(l.ids) == 0 {
		return nil
	}
	tx.Queue(addLinks, first, l.ids, l.xids, l.hashes)
	return nil
}

func (l *links) add(rows pgx.Rows, head *Checkpoint) error {
	var id int64
	var xid, text string
	if err := rows.Scan(&id, &xid, &text); err != nil {
		return err
	}
	*head = head.next([]byte(text))
	l.ids, l.xids, l.hashes = append(l.ids, id), append(l.xids, xid), append(l.hashes, head.Hash)
	return nil
}
