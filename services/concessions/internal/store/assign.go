package store

import (
	"cmp"

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
	if err := d.mayFund(by, a.Administration); err != nil {
		return uuid.Nil, err
	}
	if _, err := by.ActDate(d.clock, &a.EffectiveOn, "/assigned_on"); err != nil {
		return uuid.Nil, err
	}
	id, err := plafond.Assign(tx, a)
	if err != nil {
		return id, err
	}
	return id, tell(tx, by, id, "assign", a)
}

// Withdraw takes back what is still available of a plafond and tells the others.
func (d *Desk) Withdraw(tx *database.Tx, by auth.Identity, a plafond.Assignment) (uuid.UUID, error) {
	if err := d.mayFund(by, a.Administration); err != nil {
		return uuid.Nil, err
	}
	if _, err := by.ActDate(d.clock, &a.EffectiveOn, "/withdrawn_on"); err != nil {
		return uuid.Nil, err
	}
	id, err := plafond.Withdraw(tx, a)
	if f := fault.As(err); f != nil && f.Extra["not_before"] != nil {
		f.At("/withdrawn_on", "minimum", "precede un altro atto", "before another act")
	}
	if err != nil {
		return id, err
	}
	return id, tell(tx, by, id, "withdraw", a)
}

// mayFund refuses an administration that does not exist or for which the caller does not act.
func (d *Desk) mayFund(by auth.Identity, administration string) error {
	if by.Administration != auth.AllAdministrations && by.Administration != administration {
		return fault.New(fault.RuleViolated, "Il client non agisce per questa amministrazione.", "The client does not act for this administration.").
			At("/administration", "foreign", "non è l'amministrazione del client", "not the client's administration")
	}
	return d.rules().CheckAdministration(administration, "/administration")
}

// told are the event types of what may be done to a plafond by an act.
var told = map[string]string{"assign": "it.w2w.concessions.plafond.assigned.v1", "withdraw": "it.w2w.concessions.plafond.withdrawn.v1"}

func tell(tx *database.Tx, by auth.Identity, id uuid.UUID, what string, a plafond.Assignment) error {
	subject := "plafond/" + id.String()
	err := feed.Append(tx, feed.Event{Type: told[what], Subject: subject, Administration: a.Administration,
		Data: map[string]any{"year": a.Year, "fund": cmp.Or(a.Fund, plafond.DefaultFund), "family": a.Family, "cents": a.Cents, "act": a.Act}})
	if err != nil {
		return err
	}
	return audit.Append(tx, audit.Record{Action: "plafond." + what, Subject: subject, Administration: a.Administration, By: by})
}
