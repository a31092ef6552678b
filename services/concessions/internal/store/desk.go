// Package store is where applications live: each file is one use case, in one transaction that loads,
// asks the domain and writes the rows with their transition, event and audit record.
package store

import (
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
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

// ownAdministration is where the rows of a caller go: overseers act for the Ministry.
func ownAdministration(by auth.Identity) string {
	if by.Administration == auth.AllAdministrations {
		return "MLPS"
	}
	return by.Administration
}

// actDate is the day of an act: today, or the day asked for when the caller may load the past.
func (d *Desk) actDate(by auth.Identity, asked *period.Date, pointer string) (period.Date, error) {
	today := period.FromTime(d.clock.Today())
	if asked == nil || *asked == today {
		return today, nil
	}
	if by.Has(domain.ScopeBackdate) {
		return *asked, nil
	}
	return 0, fault.New(fault.ScopeMissing, "Solo chi carica il passato può datare un atto in un altro giorno.", "Only who loads the past may date an act on another day.").
		With("required_scopes", []string{domain.ScopeBackdate}).
		At(pointer, "backdate", "non è la data di oggi", "not today's date")
}
