package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// Months exist by conventions, from the first month of the pool on; one without a row is OPEN at version 1.
const (
	monthsOfConventions = `conventions c cross join lateral generate_series(make_date(c.year, 1, 1), make_date(c.year, 12, 1), '1 month') as g(month)
left join months m on m.administration = c.administration and m.month = g.month
left join reports r on r.administration = c.administration and r.month = g.month`
	selectMonths = `select c.administration, g.month::date, coalesce(m.state, 'OPEN'), coalesce(m.version, 1), m.submitted_on, coalesce(m.submitted_by, ''),
	coalesce(m.submitted_sha256, ''), m.closed_on, coalesce(m.closed_by, ''), true, r.closes_on, ` + beforeClosed + `
from ` + monthsOfConventions + `
where g.month >= $1::date and ($2 = '' or c.administration = $2) and ($3 = 0 or c.year = $3) and ($4 = '' or coalesce(m.state, 'OPEN') = $4)
	and ($5::date is null or g.month = $5)
order by c.administration, g.month`
	beforeClosed = `exists (select 1 from months b where b.administration = c.administration and b.month = g.month - interval '1 month' and b.state = 'CLOSED')`
)

// MonthFilter narrows a list of months; zero fields do not.
type MonthFilter struct {
	Region string
	Year   int
	State  string
	month  *period.Month
}

// queueMonths asks for the months of the conventions by Region and month.
func (d *Desk) queueMonths(q database.Queuer, f MonthFilter, into *[]domain.Month) error {
	first, err := d.rules().FirstMonth()
	if err != nil {
		return err
	}
	*into = nil
	q.Queue(selectMonths, first, f.Region, f.Year, f.State, f.month).Query(database.Each(func(r pgx.Rows) error {
		m, err := d.scanMonth(r, first)
		*into = append(*into, m)
		return err
	}))
	return nil
}

func (d *Desk) scanMonth(r pgx.Row, first period.Month) (m domain.Month, err error) {
	var frozen *period.Date
	err = r.Scan(&m.Region, &m.Month, &m.State, &m.Version, &m.SubmittedOn, &m.SubmittedBy, &m.SubmittedSHA256, &m.ClosedOn, &m.ClosedBy,
		&m.HasConvention, &frozen, &m.BeforeClosed)
	if err != nil {
		return m, err
	}
	m.BeforeClosed = m.BeforeClosed || m.Month == first
	m.ClosesOn, err = d.closesOn(m.Month, frozen)
	return m, err
}

// closesOn is the closing date of a month: of a closed one that by which it was closed.
func (d *Desk) closesOn(month period.Month, frozen *period.Date) (period.Date, error) {
	if frozen != nil {
		return *frozen, nil
	}
	return d.rules().ClosingDate(month)
}

// Months lists the months that the administration may see, by Region and month.
func (d *Desk) Months(ctx context.Context, administration string, f MonthFilter) (found []domain.Month, err error) {
	var missing error
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) { missing = d.queueMonths(b, f, &found) })
	if missing != nil {
		return nil, missing
	}
	return found, err
}

// Month returns one month of a Region.
func (d *Desk) Month(ctx context.Context, administration, region string, month period.Month) (domain.Month, error) {
	found, err := d.Months(ctx, administration, MonthFilter{Region: region, month: &month})
	if err != nil {
		return domain.Month{}, err
	}
	if len(found) == 0 {
		return domain.Month{}, notFound()
	}
	return found[0], nil
}

const selectSteps = `select from_state, event, to_state, actor, coalesce(reason, ''), coalesce(content_sha256, ''), acted_on, recorded_at
from month_transitions where administration = $1 and month = $2 order by recorded_at, id`

// MonthHistory returns a month and its steps, oldest first.
func (d *Desk) MonthHistory(ctx context.Context, by auth.Identity, region string, month period.Month) (m domain.Month, steps []domain.MonthStep, err error) {
	if m, err = d.Month(ctx, by.Administration, region, month); err != nil {
		return m, nil, err
	}
	err = d.db.Read(ctx, by.Administration, func(b *pgx.Batch) {
		b.Queue(selectSteps, region, month).Query(func(rows pgx.Rows) (err error) {
			steps, err = pgx.CollectRows(rows, pgx.RowToStructByPos[domain.MonthStep])
			return err
		})
	})
	return m, steps, err
}

// PossibleMoves tells what the caller may do with a month on a day, today unless another is asked for, and what is
// missing. The figures of a submitted month are looked at, as its closing would.
func (d *Desk) PossibleMoves(ctx context.Context, by auth.Identity, m domain.Month, asked *period.Date, content Content) ([]domain.Possible, error) {
	act := domain.MonthAct{By: by, On: d.Today()}
	if asked != nil {
		act.On = *asked
	}
	if m.State != domain.Submitted {
		return m.Possible(act, nil, ""), nil
	}
	var now domain.Report
	err := d.db.Update(ctx, by.Administration, func(tx *database.Tx) (err error) {
		now, err = d.build(tx, m.Region, m.Month, domain.AsClosed)
		return err
	})
	if err != nil {
		return nil, err
	}
	_, sha256, err := content(now)
	return m.Possible(act, &now, sha256), err
}
