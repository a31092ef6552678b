// Package store is where the pool lives: each file is one use case, in one transaction that loads, asks the domain
// and writes the rows with their event and audit record.
package store

import (
	"time"

	"github.com/jackc/pgx/v5"

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
	held   *domain.Rules // those by which a transaction goes from its lock on; those in force when nil
}

// NewDesk joins the database, the keys of persons, the rules in force and the time: in microseconds, as the
// database keeps it, so that a write answers what a read will.
func NewDesk(db *database.DB, people *person.Vault, book *Rulebook, now clock.Clock) *Desk {
	return &Desk{db: db, people: people, book: book, clock: func() time.Time { return now().Truncate(time.Microsecond) }}
}

// Today is the day in Rome.
func (d *Desk) Today() period.Date { return period.FromTime(d.clock.Today()) }

func (d *Desk) rules() domain.Rules {
	if d.held != nil {
		return *d.held
	}
	return d.book.Now()
}

// settled takes a lock of the register and returns the desk with the rules as they are from then on. Parameters change
// under the lock that excludes all others, so that no act goes by two rules, or by those that another replica has
// replaced.
func (d *Desk) settled(tx *database.Tx, lock string) (*Desk, error) {
	version := int64(0)
	tx.Queue(lock)
	tx.Queue(`select coalesce(max(version), 0) from parameters`).QueryRow(func(r pgx.Row) error { return r.Scan(&version) })
	if err := tx.Flush(); err != nil {
		return nil, err
	}
	rules, err := d.book.AsOf(tx, version)
	held := *d
	held.held = &rules
	return &held, err
}

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

// What changes the register of movements, or the parameters, excludes, and is excluded by, the closing of a month: a
// closing must know every movement that was received by its closing date.
const (
	lockRegister  = `select pg_advisory_xact_lock(hashtext('lsu.register'))`
	shareRegister = `select pg_advisory_xact_lock_shared(hashtext('lsu.register'))`
)
