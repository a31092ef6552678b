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

// AsOf asks for the books of a past day: what took effect up to EffectiveOn, as known at RecordedAt. The zero
// AsOf asks for the books as they are. What was available on a past day is below zero where money was
// committed by an act that took effect before the one that assigned it.
type AsOf struct {
	EffectiveOn *period.Date
	RecordedAt  *time.Time
}

// Filter narrows a list of balances; zero fields do not.
type Filter struct {
	Administration string
	Year           int
	Fund           string
	Family         string
	ID             uuid.UUID
}

// narrowed are the accounts that a filter lets through.
const narrowed = `($1 = '' or a.administration = $1) and ($2 = 0 or a.year = $2) and ($3 = '' or a.fund = $3) and ($4 = '' or a.family = $4)
	and ($5::uuid = '00000000-0000-0000-0000-000000000000' or a.id = $5)`

// current reads the accounts as they are.
const current = `select a.id, a.administration, a.year, a.fund, a.family, a.assigned_cents, a.available_cents, a.committed_cents, a.spent_cents
from plafond_accounts a where ` + narrowed + ` order by a.administration, a.year, a.family, a.fund`

// fold recomputes every account from its movements, up to a day.
const fold = `select a.id, a.administration, a.year, a.fund, a.family,
	coalesce(-sum(e.cents) filter (where bucket = 'ASSIGNED'), 0)::bigint,
	coalesce(sum(e.cents) filter (where bucket = 'AVAILABLE'), 0)::bigint,
	coalesce(sum(e.cents) filter (where bucket = 'COMMITTED'), 0)::bigint,
	coalesce(sum(e.cents) filter (where bucket = 'SPENT'), 0)::bigint
from plafond_accounts a left join plafond_entries e on e.account_id = a.id
	and e.effective_on <= coalesce($6, 'infinity'::date) and e.recorded_at <= coalesce($7, 'infinity'::timestamptz)
where ` + narrowed + `
group by a.id order by a.administration, a.year, a.family, a.fund`

// Balances lists the accounts that a caller may see, with their balances as of a day.
func Balances(ctx context.Context, db *database.DB, administration string, f Filter, at AsOf) (out []Balance, err error) {
	err = db.Read(ctx, administration, func(b *pgx.Batch) { QueueBalances(b, f, at, &out) })
	return out, err
}

// QueueBalances asks for the balances of accounts as of a day among other readings.
func QueueBalances(q database.Queuer, f Filter, at AsOf, into *[]Balance) {
	query, args := current, []any{f.Administration, f.Year, f.Fund, f.Family, f.ID}
	if at != (AsOf{}) {
		query, args = fold, append(args, at.EffectiveOn, at.RecordedAt)
	}
	q.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Balance])
		return err
	})
}
