package feed

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
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

// Query says where to go on, how much to take and how long to wait when nothing is there.
type Query struct {
	After string
	Limit int
	Wait  time.Duration
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
const selectEvents = `select xid::text, id, event_id::text, type, subject, at, administration, data from outbox
where (xid, id) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, id limit $3`

// Read returns the next events that the administration may see, waiting for the first one when asked to.
func (r *Reader) Read(ctx context.Context, administration string, q Query) (Page, error) {
	at, err := parseCursor(q.After)
	if err != nil {
		return Page{}, err
	}
	deadline := time.Now().Add(min(q.Wait, MaxWait))
	for {
		page, err := r.take(ctx, administration, at, q.Limit)
		if err != nil || len(page.Items) > 0 || time.Now().Add(pollEvery).After(deadline) {
			return page, err
		}
		select {
		case <-ctx.Done():
			return page, nil
		case <-time.After(pollEvery): // no connection is held while waiting
		}
	}
}

func (r *Reader) take(ctx context.Context, administration string, at cursor, limit int) (Page, error) {
	page := Page{Items: []CloudEvent{}}
	err := r.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(selectEvents, at.xid, at.id, limit).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				e := CloudEvent{SpecVersion: "1.0", Source: r.source, DataContentType: "application/json"}
				if err := rows.Scan(&at.xid, &at.id, &e.ID, &e.Type, &e.Subject, &e.Time, &e.Administration, &e.Data); err != nil {
					return err
				}
				page.Items = append(page.Items, e)
			}
			return rows.Err()
		})
	})
	page.NextCursor = at.String()
	return page, err
}

// cursor is the place of the last event read; the zero place is before the first.
type cursor struct {
	xid string
	id  int64
}

// String makes the cursor opaque.
func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d", c.xid, c.id))
}

func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{xid: "0"}, nil
	}
	var xid uint64
	var id int64
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d.%d", &xid, &id)
	}
	if err != nil || id < 0 {
		return cursor{}, fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").
			At("query:after", "cursor", "cursore non valido", "not a cursor of this feed")
	}
	return cursor{xid: fmt.Sprint(xid), id: id}, nil
}
