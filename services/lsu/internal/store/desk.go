// Package store is where the pool lives: each file is one use case, in one transaction that loads, asks the domain
// and writes the rows with their event and audit record.
package store

import (
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/pkg/person"
	"w2w/services/lsu/internal/domain"
)

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

// Today is the day in Rome.
func (d *Desk) Today() period.Date { return period.FromTime(d.clock.Today()) }

func (d *Desk) rules() domain.Rules { return d.book.Now() }

func notFound() error {
	return fault.New(fault.NotFound, "La risorsa non esiste.", "There is no such resource.")
}

// ownRegion hides what is not the caller's: a Region without a pool, and another's, are not there.
func (d *Desk) ownRegion(by auth.Identity, region string) error {
	known, err := d.rules().IsRegion(region)
	if err != nil {
		return err
	}
	if !known || by.Administration != auth.AllAdministrations && by.Administration != region {
		return notFound()
	}
	return nil
}

// notAhead refuses a day that has not come yet.
func (d *Desk) notAhead(on period.Date, pointer string) error {
	if on <= d.Today() {
		return nil
	}
	return fault.New(fault.RuleViolated, "La data è futura.", "The day has not come yet.").At(pointer, "future", "dopo la data di oggi", "after today")
}

// What changes the register of movements excludes, and is excluded by, the closing of a month: a closing must know
// every movement that was received by its closing date.
const (
	lockRegister  = `select pg_advisory_xact_lock(hashtext('lsu.register'))`
	shareRegister = `select pg_advisory_xact_lock_shared(hashtext('lsu.register'))`
)
