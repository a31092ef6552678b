package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/services/concessions/internal/domain"
)

// Balance sets what was granted against what was paid.
type Balance struct {
	ID                                                                           uuid.UUID
	State                                                                        domain.State
	GrantedHours, GrantedCents, PaidHours, PaidCents, UnusedCents, ReleasedCents int64
}

const balance = `select a.id, a.state, coalesce(g.hours, 0), coalesce(g.committed_cents, 0), p.hours, p.cents,
	coalesce(c.committed_cents - c.spent_cents - c.released_cents, 0), coalesce(c.released_cents, 0)
from applications a
left join lateral (select hours, committed_cents from decree_applications where application_id = a.id order by ended nulls first limit 1) g on true
left join plafond_commitments c on c.reference = 'application/' || a.id
cross join lateral (select coalesce(sum(hours), 0)::bigint hours, coalesce(sum(cents), 0)::bigint cents from inps_payments where application_id = a.id) p
where a.id = $1`

func (b *Balance) scan(r pgx.Row) error {
	return r.Scan(&b.ID, &b.State, &b.GrantedHours, &b.GrantedCents, &b.PaidHours, &b.PaidCents, &b.UnusedCents, &b.ReleasedCents)
}

// BalanceIn reads the balance inside a transaction, after what is queued.
func BalanceIn(tx *database.Tx, id uuid.UUID) (b Balance, err error) {
	tx.Queue(balance, id).QueryRow((&b).scan)
	err = tx.Flush()
	return b, err
}

// Balance reads the balance of one application.
func (d *Desk) Balance(ctx context.Context, administration string, id uuid.UUID) (b Balance, err error) {
	err = d.db.Read(ctx, administration, func(q *pgx.Batch) { q.Queue(balance, id).QueryRow((&b).scan) })
	return b, err
}
