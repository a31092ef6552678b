package database

import "github.com/jackc/pgx/v5"

// Queuer takes statements that are sent together: a transaction, or the batch of a reading.
type Queuer interface {
	Queue(sql string, args ...any) *pgx.QueuedQuery
}

// Each hands every row of a queued query to scan.
func Each(scan func(row pgx.Rows) error) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			if err := scan(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}
