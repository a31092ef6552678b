package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Publication is what of a decree may be published: nothing about workers, no natural person's name.
type Publication struct {
	Decree        Decree // without its applications
	Rule          domain.Publication
	Listed        []DecreedApplication // name and tax code are blank where the employer may not be named
	UnlistedCount int
	UnlistedCents int64
}

// yearTotals sums what each employer of a decree was granted by its administration in the calendar year, up to
// that decree: in the order of the decree.
const yearTotals = `with year as (
	select a.employer_tax_code code, sum(g.committed_cents)::bigint cents
	from decrees self join decrees d on d.administration = self.administration
		and d.decree_date >= date_trunc('year', self.decree_date) and (d.decree_date, d.created_at) <= (self.decree_date, self.created_at)
	join decree_applications g on g.decree_id = d.id join applications a on a.id = g.application_id
	where self.id = $1 group by a.employer_tax_code)
select year.cents from decree_applications g join applications a on a.id = g.application_id join year on year.code = a.employer_tax_code
where g.decree_id = $1 order by g.position`

// publication reads a decree as the law of the day wants it published.
func (d *Desk) publication(tx *database.Tx, id uuid.UUID) (p Publication, err error) {
	if p.Rule, err = d.rules().Publication(period.FromTime(d.clock.Today())); err != nil {
		return p, err
	}
	var totals []int64
	queueDecree(tx, id, "", &p.Decree)
	tx.Queue(yearTotals, id).Query(func(rows pgx.Rows) (err error) {
		totals, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	})
	if err := tx.Flush(); err != nil {
		return p, err
	}
	for i, a := range p.Decree.Applications {
		if !p.Rule.Lists(totals[i]) {
			p.UnlistedCount++
			p.UnlistedCents += a.CommittedCents
			continue
		}
		if !domain.Named(a.EmployerTaxCode) {
			a.EmployerTaxCode, a.EmployerName = "", ""
		}
		p.Listed = append(p.Listed, a)
	}
	p.Decree.Applications = nil
	return p, nil
}

// Publication returns the public annex of a decree.
func (d *Desk) Publication(ctx context.Context, administration string, id uuid.UUID) (p Publication, err error) {
	err = d.db.Update(ctx, administration, func(tx *database.Tx) (err error) {
		p, err = d.publication(tx, id)
		return err
	})
	return p, err
}

// Publish records that a decree was published, once, by the day and the act.
func (d *Desk) Publish(tx *database.Tx, by auth.Identity, id uuid.UUID, asked period.Date, act string) (p Publication, err error) {
	on, err := by.ActDate(d.clock, &asked, "/published_on")
	if err != nil {
		return p, err
	}
	x, err := decreeFor(tx, id, "for update")
	switch {
	case err != nil:
		return p, err
	case x.PublishedOn != nil:
		return p, fault.New(fault.StateConflict, "Il decreto è già pubblicato.", "The decree is published already.").With("published_on", x.PublishedOn)
	case on < x.Date:
		return p, fault.New(fault.RuleViolated, "La pubblicazione precede il decreto.", "The publication is before the decree.").
			At("/published_on", "minimum", "precede la data del decreto", "before the date of the decree")
	}
	tx.Queue("update decrees set published_on = $2, publication_act = nullif($3, ''), version = version + 1 where id = $1", id, on, act)
	if err := announceDecree(tx, by, x, "publish", "published", map[string]any{"number": x.Number, "published_on": on}); err != nil {
		return p, err
	}
	return d.publication(tx, id)
}
