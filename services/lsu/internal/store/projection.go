package store

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// Projected is a projection with the names of the entities and the funds of the conventions that there are.
type Projected struct {
	domain.Projection
	KnownOn period.Date
	Names   map[string]string // of entities
	Funds   map[int]int64     // by year
}

const (
	namesIn = `select entity_ref, name from entities where region = $1`
	fundsOf = `select c.year, a.assigned_cents from conventions c join plafond_accounts a on a.id = c.plafond_id where c.administration = $1`
)

// yearsAhead is how far a projection looks unless it is told.
const yearsAhead = 10

// Projection looks ahead from what was received up to a day, today when none is asked for.
func (d *Desk) Projection(ctx context.Context, administration, region string, knownOn *period.Date, untilYear int) (p Projected, err error) {
	if p.KnownOn, err = d.knownOn(knownOn); err != nil {
		return p, err
	}
	if untilYear == 0 {
		untilYear = p.KnownOn.Year() + yearsAhead
	}
	if untilYear < p.KnownOn.Year() || untilYear > p.KnownOn.Year()+100 {
		return p, fault.New(fault.RuleViolated, "L'ultimo anno sta entro i cento che seguono.", "The last year is within the next hundred.").
			At("query:until_year", "range", "fuori dai cento anni", "outside the hundred years")
	}
	var lives []domain.Life
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		queueLives(b, region, &lives)
		queueMap(b, &p.Names, namesIn, region)
		queueMap(b, &p.Funds, fundsOf, region)
	})
	if err != nil {
		return p, err
	}
	if len(lives) == 0 {
		return p, notFound()
	}
	p.Projection, err = d.rules().Project(lives, p.KnownOn, latestMonth(p.Funds), untilYear)
	return p, err
}

// latestMonth is the last one of the years that have a convention: only those have reports.
func latestMonth(funds map[int]int64) period.Month {
	if len(funds) == 0 {
		return lastMonth
	}
	return period.YearMonth(slices.Max(slices.Collect(maps.Keys(funds))), 12)
}

// knownOn is the day up to which something is known: today unless an earlier one is asked for.
func (d *Desk) knownOn(asked *period.Date) (period.Date, error) {
	today := d.Today()
	switch {
	case asked == nil:
		return today, nil
	case *asked > today:
		return 0, fault.New(fault.RuleViolated, "Il futuro non si conosce ancora.", "The future is not known yet.").
			At("query:known_on", "future", "dopo oggi", "after today")
	}
	return *asked, nil
}

// queueMap asks for pairs.
func queueMap[K comparable, V any](q database.Queuer, into *map[K]V, sql string, args ...any) {
	q.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		*into = map[K]V{}
		var k K
		var v V
		_, err := pgx.ForEachRow(rows, []any{&k, &v}, func() error { (*into)[k] = v; return nil })
		return err
	})
}
