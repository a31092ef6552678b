package store

import (
	"context"
	"maps"
	"slices"

	"w2w/pkg/bulk"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// DifferenceFilter asks for the differences of a year, of one Region or of all.
type DifferenceFilter struct {
	Year       int
	Region     string
	Unreported bool // also months for which INPS has reported nothing
	Most       int  // how many rows there may be
}

// Differences lists where due as closed and paid differ in the closed months of a year, by Region, month and
// reference. The workers of one Region are in memory at a time.
func (d *Desk) Differences(ctx context.Context, administration string, f DifferenceFilter) (rows []domain.Allowance, err error) {
	from, to := period.YearMonth(f.Year, 1), period.YearMonth(f.Year, 12)
	err = d.db.Update(ctx, administration, func(tx *database.Tx) error {
		closed := closings{}
		closed.queue(tx, f.Region, from, to)
		if err := tx.Flush(); err != nil {
			return err
		}
		rows = nil
		for _, of := range slices.Sorted(maps.Keys(closed)) {
			var lives []domain.Life
			paid := newPaidOut(from, to)
			queueLives(tx, of, &lives)
			paid.queue(tx, of, d.Today())
			if err := tx.Flush(); err != nil {
				return err
			}
			rules, err := d.rulesOf(tx, closed[of])
			if err == nil {
				rows, err = addDifferences(rows, f.months(rules, paid), lives, paid)
			}
			switch {
			case err != nil:
				return err
			case len(rows) > f.Most:
				return bulk.TooLong(f.Most)
			}
		}
		return nil
	})
	return rows, err
}

// months are the closed ones that are asked for.
func (f DifferenceFilter) months(closed map[period.Month]domain.Rules, paid *paidOut) map[period.Month]domain.Rules {
	maps.DeleteFunc(closed, func(month period.Month, _ domain.Rules) bool { return !f.Unreported && !paid.reported[month] })
	return closed
}

// addDifferences adds those of a Region, month by month.
func addDifferences(rows []domain.Allowance, closed map[period.Month]domain.Rules, lives []domain.Life, paid *paidOut) ([]domain.Allowance, error) {
	byWorkerRef(lives)
	for _, month := range slices.Sorted(maps.Keys(closed)) {
		terms, err := closed[month].Terms(month)
		if err != nil {
			return nil, err
		}
		rows = slices.AppendSeq(rows, domain.Allowances(lives, &terms, domain.AsClosed, paid.in(month), true))
	}
	return rows, nil
}
