package feed

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
)

// errMoved says that another replica of the follower has gone on from the same cursor.
var errMoved = errors.New("the cursor was moved by another replica")

func isStopped(err error) bool {
	var s *Stopped
	return errors.As(err, &s)
}

// digest gives a whole page its effect in one transaction. When that fails the events are taken one by one,
// so that those before the culprit count and the culprit is known by name.
func (f *Follower) digest(ctx context.Context, page Page) (int, error) {
	n, err := f.apply(ctx, page.Items, page.NextCursor)
	if err == nil || !f.permanent(ctx, err) {
		return n, f.settle(ctx, err)
	}
	total := 0
	for _, e := range page.Items {
		n, err := f.apply(ctx, []CloudEvent{e}, f.stored)
		total += n
		if err != nil && f.permanent(ctx, err) && !errors.Is(err, errMoved) {
			return total, &Stopped{Follower: f.Name, Event: e.ID, Type: e.Type, cause: err}
		}
		if err != nil {
			return total, f.settle(ctx, err)
		}
	}
	_, err = f.apply(ctx, nil, page.NextCursor)
	return total, f.settle(ctx, err)
}

// settle goes on from the cursor of the replica that was faster.
func (f *Follower) settle(ctx context.Context, err error) error {
	if errors.Is(err, errMoved) {
		return f.load(ctx)
	}
	return err
}

const (
	openCursor = `insert into feed_cursors (follower, cursor) values ($1, $2) on conflict do nothing`
	lockCursor = `select cursor from feed_cursors where follower = $1 for update`
	moveCursor = `update feed_cursors set cursor = $2, moved_at = now() where follower = $1`
	enterInbox = `insert into feed_inbox (follower, event_id) select $1, unnest($2::text[]) on conflict do nothing returning event_id`
)

// apply handles the events that are new to the inbox and moves the cursor, all in one transaction.
func (f *Follower) apply(ctx context.Context, events []CloudEvent, next string) (n int, err error) {
	err = f.db.Update(ctx, f.Administration, func(tx *database.Tx) error {
		fresh, err := f.enter(tx, events)
		if err != nil {
			return err
		}
		n = len(fresh)
		for _, e := range events {
			if !fresh[e.ID] {
				continue
			}
			delete(fresh, e.ID) // a second copy on the same page has no effect either
			if err := f.Handle(tx, e); err != nil {
				return err
			}
		}
		tx.Queue(moveCursor, f.Name, next)
		return nil
	})
	if err != nil {
		return 0, err
	}
	f.stored, f.at = next, next
	return n, nil
}

// enter locks the cursor, makes sure that it is still where this replica left it, and puts the events into the inbox.
func (f *Follower) enter(tx *database.Tx, events []CloudEvent) (map[string]bool, error) {
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	tx.Queue(openCursor, f.Name, f.stored)
	var cursor string
	tx.Queue(lockCursor, f.Name).QueryRow(func(row pgx.Row) error { return row.Scan(&cursor) })
	fresh := map[string]bool{}
	err := tx.Query(func(rows pgx.Rows) error {
		var id string
		err := rows.Scan(&id)
		fresh[id] = true
		return err
	}, enterInbox, f.Name, ids)
	if err == nil && cursor != f.stored {
		err = errMoved
	}
	return fresh, err
}
