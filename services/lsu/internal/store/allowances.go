package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// paidOut is what was paid to the workers of a Region for some months.
type paidOut struct {
	from, to period.Month
	place    map[uuid.UUID]int // of a worker's months among all
	cents    []int64
	reported map[period.Month]bool // for which INPS has reported something
}

func newPaidOut(from, to period.Month) *paidOut {
	return &paidOut{from: from, to: to, place: map[uuid.UUID]int{}, reported: map[period.Month]bool{}}
}

// Added up here: the database would sort them.
const paidToWorkers = `select worker_id, month, paid_cents from payments where administration = $1 and month between $2 and $3 and reported_on <= $4`

// queue asks for the payments that were reported up to a day.
func (p *paidOut) queue(q database.Queuer, region string, by period.Date) {
	q.Queue(paidToWorkers, region, p.from, p.to, by).Query(database.Each(func(r pgx.Rows) error {
		var worker uuid.UUID
		var first period.Date
		var cents int64
		if err := r.Scan(&worker, &first, &cents); err != nil {
			return err
		}
		at, ok := p.place[worker]
		if !ok {
			at = len(p.cents)
			p.place[worker] = at
			p.cents = append(p.cents, make([]int64, p.to-p.from+1)...)
		}
		month := period.MonthOf(first)
		p.cents[at+int(month-p.from)] += cents
		p.reported[month] = true
		return nil
	}))
}

func (p *paidOut) in(month period.Month) func(worker uuid.UUID) int64 {
	return func(worker uuid.UUID) int64 {
		if at, ok := p.place[worker]; ok {
			return p.cents[at+int(month-p.from)]
		}
		return 0
	}
}

// AllowanceFilter asks for the allowances of a Region's month in a view, or for those where due and paid differ.
type AllowanceFilter struct {
	Region    string
	Month     period.Month
	View      domain.View
	Different bool
}

// Allowances lists what is due to each worker for a month beside what was paid, by reference. As known on a day, that
// is what was received and reported by then; as closed, due is what the closing said, and paid what was reported
// until today.
func (d *Desk) Allowances(ctx context.Context, administration string, f AllowanceFilter) (rows []domain.Allowance, err error) {
	err = d.db.Update(ctx, administration, func(tx *database.Tx) error {
		var lives []domain.Life
		var months []domain.Month
		closed, paid := closings{}, newPaidOut(f.Month, f.Month)
		if err := d.queueMonths(tx, MonthFilter{Region: f.Region, month: &f.Month}, &months); err != nil {
			return err
		}
		closed.queue(tx, f.Region, f.Month, f.Month)
		queueLives(tx, f.Region, &lives)
		paid.queue(tx, f.Region, cmp.Or(f.View.KnownOn, d.Today()))
		if err := tx.Flush(); err != nil {
			return err
		}
		if len(months) == 0 {
			return notFound()
		}
		rules, err := d.rulesFor(tx, f, closed[f.Region])
		if err != nil {
			return err
		}
		terms, err := rules.Terms(f.Month)
		byWorkerRef(lives)
		rows = slices.Collect(domain.Allowances(lives, &terms, f.View, paid.in(f.Month), f.Different))
		return err
	})
	return rows, err
}

// rulesFor are those of today, and as closed those by which the month was counted.
func (d *Desk) rulesFor(tx *database.Tx, f AllowanceFilter, closed map[period.Month]int64) (domain.Rules, error) {
	if f.View != domain.AsClosed {
		return d.rules(), f.View.Began(f.Month)
	}
	if len(closed) == 0 {
		return domain.Rules{}, notClosed()
	}
	rules, err := d.rulesOf(tx, closed)
	return rules[f.Month], err
}

func byWorkerRef(lives []domain.Life) {
	slices.SortFunc(lives, func(a, b domain.Life) int { return cmp.Compare(a.Ref, b.Ref) })
}
