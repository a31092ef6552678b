package plafond

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/period"
)

// Balance is what an account holds in each bucket; assigned = available + committed + spent.
type Balance struct {
	ID             uuid.UUID
	Administration string
	Year           int
	Fund           string
	Family         string
	AssignedCents  int64
	AvailableCents int64
	CommittedCents int64
	SpentCents     int64
}

// AsOf asks for the books of a past day: what took effect up to EffectiveOn, as known at RecordedAt.
type AsOf struct {
	EffectiveOn *period.Date
	RecordedAt  *time.Time
}

// Filter narrows a list of balances; zero fields do not.
type Filter struct {
	Administration string
	Year           int
	Family         string
	ID             uuid.UUID
}

// fold recomputes every account from its movements.
const fold = `select a.id, a.administration, a.year, a.fund, a.family,
	coalesce(-sum(e.cents) filter (where bucket = 'ASSIGNED'), 0)::bigint,
	coalesce(sum(e.cents) filter (where bucket = 'AVAILABLE'), 0)::bigint,
	coalesce(sum(e.cents) filter (where bucket = 'COMMITTED'), 0)::bigint,
	coalesce(sum(e.cents) filter (where bucket = 'SPENT'), 0)::bigint
from plafond_accounts a left join plafond_entries e on e.account_id = a.id
	and e.effective_on <= coalesce($1, 'infinity'::date) and e.recorded_at <= coalesce($2, 'infinity'::timestamptz)
where ($3 = '' or a.administration = $3) and ($4 = 0 or a.year = $4) and ($5 = '' or a.family = $5)
	and ($6::uuid = '00000000-0000-0000-0000-000000000000' or a.id = $6)
group by a.id order by a.administration, a.year, a.family, a.fund`

// Balances lists the accounts that a caller may see, with their balances as of a day.
func Balances(ctx context.Context, db *database.DB, administration string, f Filter, at AsOf) ([]Balance, error) {
	out := []Balance{}
	err := db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(fold, at.EffectiveOn, at.RecordedAt, f.Administration, f.Year, f.Family, f.ID).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var x Balance
				if err := rows.Scan(&x.ID, &x.Administration, &x.Year, &x.Fund, &x.Family, &x.AssignedCents, &x.AvailableCents, &x.CommittedCents, &x.SpentCents); err != nil {
					return err
				}
				out = append(out, x)
			}
			return rows.Err()
		})
	})
	return out, err
}
