package database

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The pauses between two attempts to reach a server.
const (
	shortestPause = 100 * time.Millisecond
	longestPause  = 5 * time.Second
	answerWithin  = 5 * time.Second
)

// Backoff is a pause that doubles from one attempt to the next, up to five seconds.
type Backoff struct{ pause time.Duration }

// Wait pauses; it says whether the context goes on.
func (b *Backoff) Wait(ctx context.Context) bool {
	b.pause = min(max(2*b.pause, shortestPause), longestPause)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(b.pause):
		return true
	}
}

// Ping asks the server for an answer within five seconds.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return db.pool.Ping(ctx)
}

// Await returns when the server takes a connection, or after the limit with the reason why it does not. Each new
// reason is told.
func Await(ctx context.Context, url string, limit time.Duration, tell func(reason string)) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database url: %w", err)
	}
	cfg.ConnectTimeout = answerWithin
	until := time.Now().Add(limit)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	var between Backoff
	for told := ""; ; {
		conn, err := pgx.ConnectConfig(ctx, cfg)
		if err == nil {
			return conn.Close(ctx)
		}
		// The last attempt may end by the limit, a moment before the context says so: that is no reason of the server's.
		if reason := Reason(err); ctx.Err() == nil && time.Now().Before(until) && reason != told {
			tell(reason)
			told = reason
		}
		if !between.Wait(ctx) {
			return fmt.Errorf("the database can't be reached: %s", told)
		}
	}
}

// Reason is why a server can't be reached, in words without the address's user and password.
func Reason(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Message + " (" + pg.Code + ")"
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return innermost(err).Error()
}

// innermost is what the others wrap: those around it name addresses and users.
func innermost(err error) error {
	if next := errors.Unwrap(err); next != nil {
		return innermost(next)
	}
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) && len(several.Unwrap()) > 0 {
		return innermost(several.Unwrap()[0])
	}
	return err
}
