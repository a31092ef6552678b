package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Page asks for a stretch of a list, newest first.
type Page struct {
	Limit  int
	Cursor string
}

const defaultLimit = 50

func (p Page) limit() int {
	if p.Limit == 0 {
		return defaultLimit
	}
	return p.Limit
}

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
func (d *Desk) Applications(ctx context.Context, administration string, f ApplicationFilter, p Page) ([]domain.Application, string, error) {
	list := listing[domain.Application]{func(q *gorm.DB) *gorm.DB { return f.apply(q.Table("applications")) }, columns, scanApplication}
	found, err := list.page(ctx, d.db, administration, p)
	next := cursorAfter(found, p, func(a domain.Application) (time.Time, uuid.UUID) { return a.CreatedAt, a.ID })
	return found, next, err
}

// Decrees lists decrees without their applications, newest first.
func (d *Desk) Decrees(ctx context.Context, administration string, p Page) ([]Decree, string, error) {
	list := listing[Decree]{func(q *gorm.DB) *gorm.DB { return q.Table("decrees") }, decreeColumns, scanDecree}
	found, err := list.page(ctx, d.db, administration, p)
	next := cursorAfter(found, p, func(x Decree) (time.Time, uuid.UUID) { return x.CreatedAt, x.ID })
	return found, next, err
}

// Sessions lists sessions of the table without their agenda, newest first.
func (d *Desk) Sessions(ctx context.Context, administration string, p Page) ([]Session, string, error) {
	list := listing[Session]{func(q *gorm.DB) *gorm.DB { return q.Table("table_sessions") }, sessionColumns, scanSession}
	found, err := list.page(ctx, d.db, administration, p)
	next := cursorAfter(found, p, func(s Session) (time.Time, uuid.UUID) { return s.CreatedAt, s.ID })
	return found, next, err
}

// listing is a table that is read by pages: which rows, which columns, and how a row becomes a T.
type listing[T any] struct {
	narrow  func(*gorm.DB) *gorm.DB
	columns string
	scan    func(pgx.Row) (T, error)
}

// page builds the query of a keyset page with gorm, without running it, and reads it by pgx in one
// round trip with the caller's administration.
func (l listing[T]) page(ctx context.Context, db *database.DB, administration string, p Page) ([]T, error) {
	after, err := httpx.ParseCursor(p.Cursor)
	if err != nil {
		return nil, err
	}
	sql, args := db.Statement(func(q *gorm.DB) *gorm.DB {
		var rows []map[string]any
		if administration != "" && administration != auth.AllAdministrations {
			q = q.Where("administration = ?", administration) // for speed: the policy alone uses no index
		}
		return l.narrow(q).Select(l.columns).Where("(created_at, id) < (?, ?)", after.At, after.ID).
			Order("created_at desc, id desc").Limit(p.limit()).Find(&rows)
	})
	out := []T{}
	err = db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				x, err := l.scan(rows)
				if err != nil {
					return err
				}
				out = append(out, x)
			}
			return rows.Err()
		})
	})
	return out, err
}

// cursorAfter is empty when the page was not full: nothing follows.
func cursorAfter[T any](found []T, p Page, key func(T) (time.Time, uuid.UUID)) string {
	if len(found) < p.limit() {
		return ""
	}
	at, id := key(found[len(found)-1])
	return httpx.Cursor{At: at, ID: id.String()}.String()
}
