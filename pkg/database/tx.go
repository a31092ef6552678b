package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

const maxAttempts = 5

// Tx is one transaction. Statements that are only queued travel with the next query or with the commit,
// so that a write which reads nothing costs a single round trip.
type Tx struct {
	ctx     context.Context
	sql     *sql.Conn
	conn    *pgx.Conn
	orm     *gorm.DB
	pending *pgx.Batch
	begun   bool
}

// Update runs fn in a transaction of the given administration and commits it; deadlocks and serialization
// failures are tried again, at most five times in all. fn must do nothing outside the transaction.
func (db *DB) Update(ctx context.Context, administration string, fn func(tx *Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := db.attempt(ctx, administration, fn)
		if err == nil || attempt == maxAttempts || !retryable(err) {
			return Translate(err)
		}
		pause := time.Duration(rand.Int64N(int64(attempt) * int64(10*time.Millisecond)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (db *DB) attempt(ctx context.Context, administration string, fn func(tx *Tx) error) (err error) {
	c, err := db.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	tx := &Tx{ctx: ctx, sql: c, orm: db.gorm, pending: &pgx.Batch{}}
	if err := c.Raw(func(driver any) error { tx.conn = driver.(*stdlib.Conn).Conn(); return nil }); err != nil {
		return err
	}
	tx.pending.Queue("begin")
	tx.pending.Queue(setAdministration, administration)
	defer func() {
		if p := recover(); p != nil {
			tx.rollback()
			panic(p)
		}
	}()
	if err := fn(tx); err != nil {
		tx.rollback()
		return err
	}
	tx.pending.Queue("commit")
	if err := tx.Flush(); err != nil {
		tx.rollback()
		return err
	}
	return nil
}

func (tx *Tx) rollback() {
	if !tx.begun || tx.conn.IsClosed() || tx.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tx.ctx), 2*time.Second)
	defer cancel()
	if _, err := tx.conn.Exec(ctx, "rollback"); err != nil {
		_ = tx.conn.Close(ctx)
	}
}

// Queue adds a statement to be sent with the next query or the commit; its error appears there.
func (tx *Tx) Queue(sql string, args ...any) *pgx.QueuedQuery { return tx.pending.Queue(sql, args...) }

// Flush sends what is queued.
func (tx *Tx) Flush() error {
	if tx.pending.Len() == 0 {
		return nil
	}
	b := tx.pending
	tx.pending = &pgx.Batch{}
	tx.begun = true
	return tx.conn.SendBatch(tx.ctx, b).Close()
}

// Query sends what is queued and one query in the same round trip; each row is given to scan.
func (tx *Tx) Query(scan func(rows pgx.Rows) error, sql string, args ...any) error {
	tx.Queue(sql, args...).Query(Each(scan))
	return tx.Flush()
}

// QueryRow sends what is queued and one query whose first row is scanned into dest; pgx.ErrNoRows when
// there is none.
func (tx *Tx) QueryRow(sql string, args []any, dest ...any) error {
	tx.Queue(sql, args...).QueryRow(func(row pgx.Row) error { return row.Scan(dest...) })
	return tx.Flush()
}

// Exec sends what is queued and one statement; it returns the number of rows that the statement changed.
func (tx *Tx) Exec(sql string, args ...any) (int64, error) {
	var n int64
	tx.Queue(sql, args...).Exec(func(tag pgconn.CommandTag) error { n = tag.RowsAffected(); return nil })
	return n, tx.Flush()
}

// Gorm returns a gorm session inside this transaction, after sending what is queued.
func (tx *Tx) Gorm() (*gorm.DB, error) {
	if err := tx.Flush(); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	session := tx.orm.Session(&gorm.Session{NewDB: true, Context: tx.ctx, SkipDefaultTransaction: true})
	session.Statement.ConnPool = tx.sql
	return session, nil
}

// Statement lets gorm build a query and returns it unrun, for Query.
func (tx *Tx) Statement(build func(q *gorm.DB) *gorm.DB) (query string, args []any) {
	return statement(tx.orm, build)
}

// Context is the context of the transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Become queues the change to another administration for the statements that follow: for acts that hand a
// row over.
func (tx *Tx) Become(administration string) { tx.Queue(setAdministration, administration) }
