package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// ApplicationFilter narrows the list of applications; zero fields do not.
type ApplicationFilter struct {
	State      string
	Instrument string
	Ref        string
	FiledFrom  *period.Date
	FiledTo    *period.Date
}

func (f ApplicationFilter) apply(q *gorm.DB) *gorm.DB {
	for column, value := range map[string]string{"state": f.State, "instrument": f.Instrument, "ref": f.Ref} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.FiledFrom != nil {
		q = q.Where("filed_on >= ?", *f.FiledFrom)
	}
	if f.FiledTo != nil {
		q = q.Where("filed_on <= ?", *f.FiledTo)
	}
	return q
}

// Applications lists what the administration may see, newest first, with the cursor of the next page.
func (d *Desk) Applications(ctx context.Context, administration string, f ApplicationFilter, p page.Page) ([]domain.Application, string, error) {
	list := page.List[domain.Application]{Rows: func(q *gorm.DB) *gorm.DB { return f.apply(q.Table("applications")) }, Columns: columns, Scan: scanApplication,
		Order: page.Newest(func(a domain.Application) (time.Time, uuid.UUID) { return a.CreatedAt, a.ID })}
	return list.Read(ctx, d.db, administration, p)
}

// Decrees lists decrees without their applications, newest first.
func (d *Desk) Decrees(ctx context.Context, administration string, p page.Page) ([]Decree, string, error) {
	list := page.List[Decree]{Rows: func(q *gorm.DB) *gorm.DB { return q.Table("decrees") }, Columns: decreeColumns, Scan: scanDecree,
		Order: page.Newest(func(x Decree) (time.Time, uuid.UUID) { return x.CreatedAt, x.ID })}
	return list.Read(ctx, d.db, administration, p)
}

// Sessions lists sessions of the table without their agenda, newest first.
func (d *Desk) Sessions(ctx context.Context, administration string, p page.Page) ([]Session, string, error) {
	list := page.List[Session]{Rows: func(q *gorm.DB) *gorm.DB { return q.Table("table_sessions") }, Columns: sessionColumns, Scan: scanSession,
		Order: page.Newest(func(s Session) (time.Time, uuid.UUID) { return s.CreatedAt, s.ID })}
	return list.Read(ctx, d.db, administration, p)
}
