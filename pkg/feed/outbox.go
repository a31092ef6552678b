// Package feed is the one event mechanism between services: events are written in the transaction of
// their cause and read from a cursor in commit order.
package feed

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"

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

// Insert begins a statement, or the part of a larger one, that puts the events of a query into the outbox: its
// columns are a UUIDv7, the type, the administration, the subject and the data.
const Insert = "insert into outbox (event_id, type, administration, subject, data) "
