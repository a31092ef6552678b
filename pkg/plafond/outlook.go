package plafond

import (
	"context"

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

const committedLately = `select coalesce(sum(cents), 0)::bigint from plafond_movements
where account_id = $1 and kind = 'COMMIT' and effective_on > $2::date - 90 and effective_on <= $2::date`

// Outlooks looks ahead from a day, for each of the balances given, in one round trip.
func Outlooks(ctx context.Context, db *database.DB, balances []Balance, v View) ([]Outlook, error) {
	out := make([]Outlook, len(balances))
	if len(balances) == 0 {
		return out, nil
	}
	err := db.Read(ctx, v.Administration, func(b *pgx.Batch) {
		for i, x := range balances {
			b.Queue(committedLately, x.ID, v.Today).QueryRow(func(row pgx.Row) error {
				var lately int64
				err := row.Scan(&lately)
				out[i] = look(x, lately, v)
				return err
			})
		}
	})
	return out, err
}

// View says who looks ahead, from which day, and from which use on (percent) an account is over the threshold.
type View struct {
	Administration string
	Today          period.Date
	Threshold      int64 // DefaultThreshold when 0
}

func look(x Balance, lately int64, v View) Outlook {
	threshold := v.Threshold
	if threshold == 0 {
		threshold = DefaultThreshold
	}
	o := Outlook{Account: x.ID, ExhaustedOn: exhaustion(x.AvailableCents, lately, v.Today)}
	if used := x.CommittedCents + x.SpentCents; x.AssignedCents > 0 {
		o.UsedPercent = used * 100 / x.AssignedCents
		o.OverThreshold = used*100 >= x.AssignedCents*threshold
	}
	return o
}

// exhaustion rounds up: on the day returned the money no longer suffices.
func exhaustion(available, lately int64, today period.Date) *period.Date {
	if available == 0 {
		return &today
	}
	if lately == 0 || available/lately > projectionLimit/projectionDays {
		return nil
	}
	end := today.AddDays(int((available*projectionDays + lately - 1) / lately))
	return &end
}
