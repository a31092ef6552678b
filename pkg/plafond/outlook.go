package plafond

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/period"
)

// DefaultThreshold is the use, in percent of what was assigned, from which an account deserves attention.
const DefaultThreshold = 90

const (
	projectionDays  = 90
	projectionLimit = 36500 // a hundred years: no date says more than "not in sight"
)

// ProjectionMethod says how ExhaustedOn is found, for whoever shows it.
const ProjectionMethod = "what is available, divided by the average commitment per day over the last 90 days"

// Outlook is how far an account is used up and when it will be empty if commitments go on as they did.
type Outlook struct {
	Account       uuid.UUID
	UsedPercent   int64 // committed and spent in percent of assigned, rounded down; 0 when nothing was assigned
	OverThreshold bool
	ExhaustedOn   *period.Date // nil when the end is not in sight
}

const committedLately = `select account_id, sum(cents)::bigint from plafond_movements
where account_id = any($1) and kind = 'COMMIT' and effective_on > $2::date - 90 and effective_on <= $2::date
	and recorded_at <= coalesce($3, 'infinity'::timestamptz)
group by account_id`

// Outlooks looks ahead from a day, for each of the balances given, in one round trip.
func Outlooks(ctx context.Context, db *database.DB, balances []Balance, v View) ([]Outlook, error) {
	ids, lately := make([]uuid.UUID, len(balances)), map[uuid.UUID]int64{}
	for i, x := range balances {
		ids[i] = x.ID
	}
	err := db.Read(ctx, v.Administration, func(b *pgx.Batch) {
		b.Queue(committedLately, ids, v.Today, v.RecordedAt).Query(func(rows pgx.Rows) error {
			var id uuid.UUID
			var cents int64
			_, err := pgx.ForEachRow(rows, []any{&id, &cents}, func() error { lately[id] = cents; return nil })
			return err
		})
	})
	out := make([]Outlook, len(balances))
	for i, x := range balances {
		out[i] = look(x, lately[x.ID], v)
	}
	return out, err
}

// View says who looks ahead, from which day, and from which use on (percent) an account is over the threshold.
type View struct {
	Administration string
	Today          period.Date
	RecordedAt     *time.Time // what was recorded later is not known yet, as for AsOf
	Threshold      int64      // DefaultThreshold when 0
}

func look(x Balance, lately int64, v View) Outlook {
	threshold := v.Threshold
	if threshold == 0 {
		threshold = DefaultThreshold
	}
	o := Outlook{Account: x.ID, ExhaustedOn: exhaustion(x.AvailableCents, lately, v.Today)}
	o.UsedPercent, o.OverThreshold = x.Used(threshold)
	return o
}

// Used is what is committed and spent in percent of what was assigned, rounded down and 0 when nothing was, and
// whether that comes to a threshold.
func (b Balance) Used(threshold int64) (percent int64, over bool) {
	if b.AssignedCents <= 0 {
		return 0, false
	}
	used := b.CommittedCents + b.SpentCents
	return used * 100 / b.AssignedCents, used*100 >= b.AssignedCents*threshold
}

// exhaustion rounds up: on the day returned the money no longer suffices.
func exhaustion(available, lately int64, today period.Date) *period.Date {
	if available <= 0 {
		return &today
	}
	if lately == 0 || available/lately > projectionLimit/projectionDays {
		return nil
	}
	end := today.AddDays(int((available*projectionDays + lately - 1) / lately))
	return &end
}
