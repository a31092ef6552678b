package feed

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"w2w/pkg/database"
	"w2w/pkg/fault"
)

// Source is a feed as a follower pulls it, near or far.
type Source interface {
	Pull(ctx context.Context, q Query) (Page, error)
}

type local struct {
	reader         *Reader
	administration string
}

// As is the feed as one administration sees it, for a follower in the same process.
func (r *Reader) As(administration string) Source { return local{r, administration} }

// Pull implements Source.
func (l local) Pull(ctx context.Context, q Query) (Page, error) {
	return l.reader.Read(ctx, l.administration, q)
}

// Handler gives an event its effect inside the transaction that moves the cursor; it must do nothing outside.
type Handler func(tx *database.Tx, e CloudEvent) error

// Following says who follows what, and what an event does. Administration is that of the handler's transactions.
type Following struct {
	Name           string
	Administration string
	Source         Source
	Handle         Handler
	Log            *zap.Logger
}

// Stopped is the error of a follower that met an event which it can't digest. The events before it have
// had their effect, the cursor stays, and nothing is skipped.
type Stopped struct {
	Follower string
	Event    string // id of the event
	Type     string
	cause    error
}

// Error names the event, never its data.
func (s *Stopped) Error() string {
	return fmt.Sprintf("follower %s stopped at event %s (%s): %v", s.Follower, s.Event, s.Type, s.cause)
}

// Unwrap returns what the handler said.
func (s *Stopped) Unwrap() error { return s.cause }

// Follower pulls a feed: delivery is at least once, the effect exactly once. Several replicas may run the
// same follower: the row of its cursor lets one through.
type Follower struct {
	Following
	db      *database.DB
	metrics *followerMetrics
	stored  string // the cursor in the database
	at      string // where the next reading starts; ahead of stored when nothing came
}

// NewFollower makes a follower that keeps its cursor and its effects in db.
func NewFollower(db *database.DB, f Following) *Follower {
	if f.Log == nil {
		f.Log = zap.NewNop()
	}
	return &Follower{Following: f, db: db, metrics: newFollowerMetrics(f.Name)}
}

const (
	shortestPause = 250 * time.Millisecond
	longestPause  = 10 * time.Second
)

// Run follows until the context ends, which is no error, or an event can't be digested. A source or a
// database that is away is tried again with growing pauses.
func (f *Follower) Run(ctx context.Context) error {
	pause := shortestPause
	for loaded := false; ctx.Err() == nil; {
		err := f.round(ctx, &loaded)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			pause = shortestPause
			continue
		case isStopped(err):
			f.metrics.stopped.Set(1)
			f.Log.Error("follower stopped", zap.String("follower", f.Name), zap.Error(err))
			return err
		}
		loaded = false
		f.metrics.failures.Inc()
		f.Log.Warn("follower waits", zap.String("follower", f.Name), zap.Duration("pause", pause), zap.Error(err))
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
	return nil
}

func (f *Follower) round(ctx context.Context, loaded *bool) error {
	if !*loaded {
		if err := f.load(ctx); err != nil {
			return err
		}
		*loaded = true
	}
	_, err := f.Step(ctx, MaxWait)
	return err
}

// Step handles the next page, waiting for it as long as asked, and returns how many events had their effect.
func (f *Follower) Step(ctx context.Context, wait time.Duration) (int, error) {
	if f.at == "" {
		if err := f.load(ctx); err != nil {
			return 0, err
		}
	}
	page, err := f.Source.Pull(ctx, Query{After: f.at, Limit: defaultPage, Wait: wait})
	if err != nil {
		return 0, err
	}
	f.metrics.behind(page.Items)
	if len(page.Items) == 0 {
		f.at = page.NextCursor
		return 0, nil
	}
	n, err := f.digest(ctx, page)
	if err == nil && len(page.Items) < defaultPage {
		f.metrics.behind(nil)
	}
	f.metrics.handled.Add(float64(n))
	return n, err
}

func (f *Follower) load(ctx context.Context) error {
	var cursor string
	err := f.db.Read(ctx, f.Administration, func(b *pgx.Batch) {
		b.Queue(`select coalesce((select cursor from feed_cursors where follower = $1), '')`, f.Name).
			QueryRow(func(row pgx.Row) error { return row.Scan(&cursor) })
	})
	f.stored, f.at = cursor, cursor
	return err
}

// permanent tells a handler that can't digest an event from a database that is away.
func (f *Follower) permanent(ctx context.Context, err error) bool {
	return !fault.Is(err, fault.Unavailable) && ctx.Err() == nil && f.db.Pool().Ping(ctx) == nil
}
