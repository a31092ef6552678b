package feed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
)

// CloudEvent is an event as clients read it (CloudEvents 1.0, JSON format).
type CloudEvent struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Administration  string          `json:"administration"`
	Data            json.RawMessage `json:"data"`
}

// Page is a stretch of the feed; NextCursor continues after its last event.
type Page struct {
	Items      []CloudEvent `json:"items"`
	NextCursor string       `json:"next_cursor"`
}

// Query says where to go on, how much to take (100 when 0, at most 1,000) and how long to wait when
// nothing is there (at most MaxWait, and no longer than until Stop is closed, which may be nil).
type Query struct {
	After string
	Limit int
	Wait  time.Duration
	Stop  <-chan struct{}
}

const (
	defaultPage = 100
	largestPage = 1000
)

func pageSize(asked int) int {
	if asked <= 0 {
		return defaultPage
	}
	return min(asked, largestPage)
}

// MaxWait is the longest time for which a reader is kept waiting.
const MaxWait = 8 * time.Second

const pollEvery = 150 * time.Millisecond

// Reader serves the feed of one service.
type Reader struct {
	db     *database.DB
	source string
}

// NewReader serves the outbox of a service under the given CloudEvents source.
func NewReader(db *database.DB, source string) *Reader { return &Reader{db: db, source: source} }

// Rows of a transaction become visible at once, but transactions commit in any order: only rows of
// transactions older than every running one are served, so that none can appear behind the cursor.
const selectEvents = `select xid, id, event_id::text, type, subject, at, administration, data from outbox
where (xid, id) > ($1::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, id limit $3`

const oldestRunning = `select pg_snapshot_xmin(pg_current_snapshot())`

// Read returns the next events that the administration may see, waiting for the first one when asked to.
func (r *Reader) Read(ctx context.Context, administration string, q Query) (Page, error) {
	at, err := parseCursor(q.After)
	if err != nil {
		return Page{}, err
	}
	deadline := time.Now().Add(min(q.Wait, MaxWait))
	for {
		page, err := r.take(ctx, administration, at, pageSize(q.Limit))
		if err != nil || len(page.Items) > 0 || time.Now().Add(pollEvery).After(deadline) {
			return page, err
		}
		select {
		case <-ctx.Done():
			return page, nil
		case <-q.Stop:
			return page, nil
		case <-time.After(pollEvery): // no connection is held while waiting
		}
		if at, err = parseCursor(page.NextCursor); err != nil {
			return page, err
		}
	}
}

// take reads one page. The oldest running transaction is asked for first: a page that is not full has seen
// all that lies before it, so the next reading starts there and never wades through other administrations' rows again.
func (r *Reader) take(ctx context.Context, administration string, at cursor, limit int) (Page, error) {
	page := Page{Items: []CloudEvent{}}
	var settled cursor
	err := r.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(oldestRunning).QueryRow(func(row pgx.Row) error { return row.Scan(&settled.xid) })
		b.Queue(selectEvents, at.xid, at.id, limit).Query(database.Each(func(row pgx.Rows) error {
			e := CloudEvent{SpecVersion: "1.0", Source: r.source, DataContentType: "application/json"}
			if err := row.Scan(&at.xid, &at.id, &e.ID, &e.Type, &e.Subject, &e.Time, &e.Administration, &e.Data); err != nil {
				return err
			}
			e.Time = e.Time.UTC()
			page.Items = append(page.Items, e)
			return nil
		}))
	})
	if len(page.Items) < limit && settled.xid > at.xid {
		at = settled
	}
	page.NextCursor = at.String()
	return page, err
}
