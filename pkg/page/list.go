// Package page reads lists by pages: a page begins behind the last item of the one before (keyset), so that it costs
// the same wherever it is, and what is added meanwhile moves nothing.
package page

import (
	"context"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// Page asks for a stretch of a list: how many items, and behind which; the zero Page is the first one.
type Page struct {
	Limit  int
	Cursor string
}

const defaultLimit = 50

// Size is how many items the page has when it is full.
func (p Page) Size() int {
	if p.Limit == 0 {
		return defaultLimit
	}
	return p.Limit
}

// Of is the page that the parameters of a request ask for.
func Of(limit *int32, cursor *string) (p Page) {
	if limit != nil {
		p.Limit = int(*limit)
	}
	if cursor != nil {
		p.Cursor = *cursor
	}
	return p
}

// List is a table that is read by pages: which rows, which columns, how a row becomes a T, and in which order.
type List[T any] struct {
	Rows    func(*gorm.DB) *gorm.DB // the table, narrowed
	Columns string
	Scan    func(pgx.Row) (T, error)
	Order   Order[T]
}

// Read builds the query of a page with gorm, without running it, reads it by pgx in one round trip with the
// caller's administration, and returns the cursor of the next page: empty when the page was not full.
func (l List[T]) Read(ctx context.Context, db *database.DB, administration string, p Page) (found []T, next string, err error) {
	return l.read(db.Statement, administration, p, func(sql string, args []any, take func(pgx.Rows) error) error {
		return db.Read(ctx, administration, func(b *pgx.Batch) { b.Queue(sql, args...).Query(take) })
	})
}

// ReadIn is Read inside a transaction, which has the administration already.
func (l List[T]) ReadIn(tx *database.Tx, administration string, p Page) (found []T, next string, err error) {
	return l.read(tx.Statement, administration, p, func(sql string, args []any, take func(pgx.Rows) error) error {
		tx.Queue(sql, args...).Query(take)
		return tx.Flush()
	})
}

// statement builds a query, run sends it.
type (
	statement func(build func(q *gorm.DB) *gorm.DB) (sql string, args []any)
	run       func(sql string, args []any, take func(pgx.Rows) error) error
)

func (l List[T]) read(build statement, administration string, p Page, send run) (found []T, next string, err error) {
	after, err := l.Order.parse(p.Cursor)
	if err != nil {
		return nil, "", err
	}
	sql, args := build(func(q *gorm.DB) *gorm.DB {
		var rows []map[string]any
		if administration != "" && administration != auth.AllAdministrations {
			q = q.Where("administration = ?", administration) // for speed: the policy alone uses no index
		}
		return l.Order.apply(l.Rows(q).Select(l.Columns), after).Limit(p.Size()).Find(&rows)
	})
	found = []T{}
	err = send(sql, args, database.Each(func(row pgx.Rows) error {
		x, err := l.Scan(row)
		if err != nil {
			return err
		}
		found = append(found, x)
		return nil
	}))
	if err != nil || len(found) < p.Size() {
		return found, "", err
	}
	return found, l.Order.Cursor(found[len(found)-1]), nil
}
