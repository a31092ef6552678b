package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// FrozenReport is a report as the closing of its month froze it; its content never changes.
type FrozenReport struct {
	Content  []byte
	SHA256   string
	ClosedOn period.Date
}

const frozenReport = `select r.content, r.content_sha256, m.closed_on from reports r join months m using (administration, month)
where administration = $1 and month = $2`

// FrozenReport reads the report of a closed month. A month that is not closed has none yet; one that does not
// exist, or is another Region's, is not found.
func (d *Desk) FrozenReport(ctx context.Context, administration, region string, month period.Month) (r FrozenReport, err error) {
	exists, closed := false, false
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(`select count(*) > 0 from conventions where administration = $1 and year = $2`, region, month.Year()).QueryRow(func(row pgx.Row) error {
			return row.Scan(&exists)
		})
		b.Queue(frozenReport, region, month).Query(database.Each(func(row pgx.Rows) error {
			closed = true
			return row.Scan(&r.Content, &r.SHA256, &r.ClosedOn)
		}))
	})
	if err != nil || closed {
		return r, err
	}
	first, err := d.rules().FirstMonth()
	switch {
	case err != nil:
		return r, err
	case !exists || month < first:
		return r, notFound()
	}
	return r, notClosed()
}

func notClosed() error {
	return fault.New(fault.StateConflict, "Il mese non è chiuso: lo si può chiedere come noto oggi (view=AS_KNOWN).",
		"The month is not closed: ask for it as known today (view=AS_KNOWN).").With("view", domain.ViewAsKnown)
}

// KnownReport counts the report of a month as known in the view.
func (d *Desk) KnownReport(ctx context.Context, administration, region string, month period.Month, v domain.View) (r domain.Report, err error) {
	first, err := d.rules().FirstMonth()
	if err != nil {
		return r, err
	}
	err = d.db.Update(ctx, administration, func(tx *database.Tx) (err error) {
		s := sources{region: region, view: v}
		s.queue(tx, month, v.KnownOn)
		if err := tx.Flush(); err != nil {
			return err
		}
		if _, ok := s.conventions[month.Year()]; !ok || month < first {
			return notFound()
		}
		if err := v.Began(month); err != nil {
			return err
		}
		r, err = d.reportOf(tx, &s, month)
		return err
	})
	return r, err
}

// View is the view that a caller names, as domain.Rules.ViewOf has it today.
func (d *Desk) View(name domain.ViewName, knownOn *period.Date) (domain.View, error) {
	return d.rules().ViewOf(name, knownOn, d.Today())
}

// LineFilter narrows the figures of a year to a Region.
type LineFilter struct {
	Year   int
	Region string
}

// Lines lists the figures of a year by Region and month: as closed those of the months that are closed, as known
// those of the months that had begun.
func (d *Desk) Lines(ctx context.Context, administration string, f LineFilter, v domain.View) ([]domain.Line, error) {
	if v == domain.AsClosed {
		return d.closedLines(ctx, administration, f)
	}
	regions, err := d.conventionRegions(ctx, administration, f)
	if err != nil {
		return nil, err
	}
	last := min(period.YearMonth(f.Year, 12), period.MonthOf(v.KnownOn))
	all := make([]sources, len(regions))
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		for i, region := range regions {
			all[i] = sources{region: region, view: v}
			all[i].queue(b, last, v.KnownOn)
		}
	})
	if err != nil {
		return nil, err
	}
	out := []domain.Line{}
	for i := range all {
		lines, err := d.rules().Lines(all[i].matter(f.Year), last, all[i].funds)
		if err != nil {
			return nil, err
		}
		out = append(out, slices.DeleteFunc(lines, func(l domain.Line) bool { return l.Month.Year() != f.Year })...)
	}
	return out, nil
}

const closedLines = `select line from reports where ($1 = '*' or administration = $1) and ($2 = '' or administration = $2) and month between $3 and $4
order by administration, month`

func (d *Desk) closedLines(ctx context.Context, administration string, f LineFilter) ([]domain.Line, error) {
	out := []domain.Line{}
	err := d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(closedLines, administration, f.Region, period.YearMonth(f.Year, 1), period.YearMonth(f.Year, 12)).Query(database.Each(func(row pgx.Rows) error {
			var l domain.Line
			err := row.Scan(&l)
			out = append(out, l)
			return err
		}))
	})
	return out, err
}

// conventionRegions are the Regions that have a convention of the year and that the caller may see.
func (d *Desk) conventionRegions(ctx context.Context, administration string, f LineFilter) (regions []string, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(`select administration from conventions where year = $1 and ($2 = '' or administration = $2) order by administration`, f.Year, f.Region).
			Query(func(rows pgx.Rows) (err error) {
				regions, err = pgx.CollectRows(rows, pgx.RowTo[string])
				return err
			})
	})
	return regions, err
}
