package store

import (
	"github.com/google/uuid"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/plafond"
)

// Assign gives money to the plafond of an administration and tells the others.
func (d *Desk) Assign(tx *database.Tx, by auth.Identity, a plafond.Assignment) (uuid.UUID, error) {
	if by.Administration != auth.AllAdministrations && by.Administration != a.Administration {
		return uuid.Nil, fault.New(fault.RuleViolated, "Il client non agisce per questa amministrazione.", "The client does not act for this administration.").
			At("/administration", "foreign", "non è l'amministrazione del client", "not the client's administration")
	}
	if _, err := d.actDate(by, &a.EffectiveOn, "/assigned_on"); err != nil {
		return uuid.Nil, err
	}
	id, err := plafond.Assign(tx, a)
	if err != nil {
		return id, err
	}
	subject := "plafond/" + id.String()
	err = feed.Append(tx, feed.Event{Type: "it.w2w.concessions.plafond.assigned.v1", Subject: subject, Administration: a.Administration,
		Data: map[string]any{"year": a.Year, "family": a.Family, "cents": a.Cents, "act": a.Act}})
	if err != nil {
		return id, err
	}
	return id, audit.Append(tx, audit.Record{Action: "plafond.assign", Subject: subject, Administration: a.Administration, By: by})
}
