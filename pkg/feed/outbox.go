// Package feed is the one event mechanism between services: events are written in the transaction of
// their cause and read from a cursor in commit order.
package feed

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"github.com/google/uuid"

	"w2w/pkg/database"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations are the tables of the outbox and of the cursors.
func Migrations() database.Set {
	dir, _ := fs.Sub(files, "migrations") // the folder is embedded, it can't be missing
	return database.Set{Name: "feed", Files: dir, AppendOnly: []string{"outbox", "feed_inbox"}}
}

// Event is something that happened to one subject. Data never holds a codice fiscale or a name.
type Event struct {
	Type           string
	Subject        string
	Administration string
	Data           any
}

const insertEvent = `insert into outbox (event_id, type, subject, administration, data) values ($1, $2, $3, $4, $5)`

// Append queues the event into the transaction that causes it.
func Append(tx *database.Tx, e Event) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return fmt.Errorf("event %s: %w", e.Type, err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	tx.Queue(insertEvent, id, e.Type, e.Subject, e.Administration, data)
	return nil
}

// AppendFound queues an event for the row, if there is one, that a query finds in the same transaction: it has
// the columns subject and data. The query travels with the commit, so that the event costs no round trip.
func AppendFound(tx *database.Tx, e Event, query string, args ...any) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	n := len(args)
	insert := fmt.Sprintf(`insert into outbox (event_id, type, administration, subject, data)
		select $%d::uuid, $%d, $%d, found.subject, found.data from (%s) found limit 1`, n+1, n+2, n+3, query)
	tx.Queue(insert, append(slices.Clone(args), id, e.Type, e.Administration)...)
	return nil
}
