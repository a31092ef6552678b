// Package store is where the pool lives: each file is one use case, in one transaction that loads, asks the domain
// and writes the rows with their event and audit record.
package store

import (
	"context"
	"time"

	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/params"
	"w2w/pkg/params/register"
	"w2w/pkg/period"
	"w2w/pkg/person"
	"w2w/services/lsu/internal/domain"
)

// Rulebook keeps the dated parameters and the rules by them.
type Rulebook = register.Book[domain.Rules]

// OpenRulebook brings what the versioned files have and the database lacks, and reads the rules. It also
// returns the rows of the files that differ from what was recorded before: they have no effect.
func OpenRulebook(ctx context.Context, db *database.DB, files []params.Row) (*Rulebook, []params.Row, error) {
	return register.Open(ctx, db, register.Options[domain.Rules]{Service: "lsu", Check: domain.CheckParameter, Rules: domain.NewRules}, files)
}

// Desk does the use cases of lsu.
type Desk struct {
	db     *database.DB
	people *person.Vault
	book   *Rulebook
	clock  clock.Clock
}

// NewDesk joins the database, the keys of persons, the rules in force and the time: in microseconds, as the
// database keeps it, so that a write answers what a read will.
func NewDesk(db *database.DB, people *person.Vault, book *Rulebook, now clock.Clock) *Desk {
	return &Desk{db: db, people: people, book: book, clock: func() time.Time { return now().Truncate(time.Microsecond) }}
}

// Rulebook returns the book by which the desk judges.
func (d *Desk) Rulebook() *Rulebook { return d.book }

// Today is the day in Rome.
func (d *Desk) Today() period.Date { return period.FromTime(d.clock.Today()) }

func (d *Desk) rules() domain.Rules { return d.book.Now() }

func notFound() error {
	return fault.New(fault.NotFound, "La risorsa non esiste.", "There is no such resource.")
}

// What changes the register of movements excludes, and is excluded by, the closing of a month: a closing must know
// every movement that was received by its closing date.
const (
	lockRegister  = `select pg_advisory_xact_lock(hashtext('lsu.register'))`
	shareRegister = `select pg_advisory_xact_lock_shared(hashtext('lsu.register'))`
)
