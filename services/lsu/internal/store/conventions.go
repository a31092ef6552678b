package store

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
)

// Convention is the yearly convention between Ministry and Region with the balance of its money.
type Convention struct {
	ID               uuid.UUID
	Region           string
	Year             int
	LegalRef         string
	SignedOn         period.Date
	PlafondID        uuid.UUID
	CreatedAt        time.Time
	Balance          plafond.Balance
	ThresholdPercent int64
}

const conventionColumns = `id, administration, year, legal_ref, signed_on, plafond_id, created_at`

func scanConvention(r pgx.Row) (c Convention, err error) {
	err = r.Scan(&c.ID, &c.Region, &c.Year, &c.LegalRef, &c.SignedOn, &c.PlafondID, &c.CreatedAt)
	return c, err
}

// queueConvention asks for a convention as it stands.
func queueConvention(q database.Queuer, id uuid.UUID, into *Convention) {
	q.Queue("select "+conventionColumns+" from conventions where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
		*into, err = scanConvention(r)
		return err
	})
}

// balance gives a convention what its account holds; one without books on the day holds nothing.
func (d *Desk) balance(c *Convention, found []plafond.Balance, on period.Date) {
	c.ThresholdPercent = cmp.Or(d.rules().ThresholdPercent(on), plafond.DefaultThreshold)
	for _, b := range found {
		if b.ID == c.PlafondID {
			c.Balance = b
		}
	}
}

// ConventionFilter narrows a list of conventions; zero fields do not.
type ConventionFilter struct {
	Region string
	Year   int
}

func (f ConventionFilter) apply(q *gorm.DB) *gorm.DB {
	q = q.Table("conventions")
	if f.Region != "" {
		q = q.Where("administration = ?", f.Region)
	}
	if f.Year != 0 {
		q = q.Where("year = ?", f.Year)
	}
	return q
}

// Conventions lists the conventions that the administration may see, newest first.
func (d *Desk) Conventions(ctx context.Context, administration string, f ConventionFilter, p page.Page) ([]Convention, string, error) {
	list := page.List[Convention]{Rows: f.apply, Columns: conventionColumns, Scan: scanConvention,
		Order: page.Newest(func(c Convention) (time.Time, uuid.UUID) { return c.CreatedAt, c.ID })}
	found, next, err := list.Read(ctx, d.db, administration, p)
	if err != nil || len(found) == 0 {
		return found, next, err
	}
	key := account(f.Region, f.Year)
	balances, err := plafond.Balances(ctx, d.db, administration,
		plafond.Filter{Administration: key.Administration, Year: key.Year, Fund: key.Fund, Family: key.Family}, plafond.AsOf{})
	for i := range found {
		d.balance(&found[i], balances, d.Today())
	}
	return found, next, err
}

// Convention returns one convention with its balance as of a day.
func (d *Desk) Convention(ctx context.Context, administration string, id uuid.UUID, at plafond.AsOf) (c Convention, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) { queueConvention(b, id, &c) })
	if err != nil {
		return c, err
	}
	balances, err := plafond.Balances(ctx, d.db, administration, plafond.Filter{ID: c.PlafondID}, at)
	on := d.Today()
	if at.EffectiveOn != nil {
		on = *at.EffectiveOn
	}
	d.balance(&c, balances, on)
	return c, err
}

// LedgerMovements lists the lines of the ledger of a convention, newest first.
func (d *Desk) LedgerMovements(ctx context.Context, by auth.Identity, id uuid.UUID, p page.Page) (found plafond.MovementPage, err error) {
	var c Convention
	if err := d.db.Read(ctx, by.Administration, func(b *pgx.Batch) { queueConvention(b, id, &c) }); err != nil {
		return found, err
	}
	return plafond.Movements(ctx, d.db, by.Administration, plafond.MovementQuery{Account: c.PlafondID, After: p.Cursor, Limit: p.Limit})
}
