// Package store is where applications live: each file is one use case, in one transaction that loads,
// asks the domain and writes the rows with their transition, event and audit record.
package store

import (
	"time"

	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/person"
	"w2w/services/concessions/internal/domain"
)

// Desk does the use cases of concessions.
type Desk struct {
	db     *database.DB
	people *person.Vault
	rules  func() domain.Rules
	book   *Rulebook
	clock  clock.Clock
}

// NewDesk joins the database, the keys of persons, the rules in force and the time: in microseconds, as the
// database keeps it, so that a write answers what a read will.
func NewDesk(db *database.DB, people *person.Vault, book *Rulebook, now clock.Clock) *Desk {
	return &Desk{db: db, people: people, rules: book.Now, book: book, clock: func() time.Time { return now().Truncate(time.Microsecond) }}
}
