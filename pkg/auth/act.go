package auth

import (
	"w2w/pkg/clock"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// ScopeBackdate is the role of those who load the past.
const ScopeBackdate = "acts:backdate"

// ministry is the code of the Ministry among the administrations.
const ministry = "MLPS"

// OwnAdministration is where the rows of a caller go: overseers act for the Ministry.
func (id Identity) OwnAdministration() string {
	if id.Administration == AllAdministrations {
		return ministry
	}
	return id.Administration
}

// ActDate is the day of an act of the caller: today in Rome, or the day asked for when the caller may load the past.
// pointer is where the day stands in the request.
func (id Identity) ActDate(now clock.Clock, asked *period.Date, pointer string) (period.Date, error) {
	today := period.FromTime(now.Today())
	if asked == nil || *asked == today {
		return today, nil
	}
	if id.Has(ScopeBackdate) {
		return *asked, nil
	}
	return 0, fault.New(fault.ScopeMissing, "Solo chi carica il passato può datare un atto in un altro giorno.", "Only who loads the past may date an act on another day.").
		With("required_scopes", []string{ScopeBackdate}).
		At(pointer, "backdate", "non è la data di oggi", "not today's date")
}
