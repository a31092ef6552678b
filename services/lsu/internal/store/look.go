package store

import (
	"cmp"
	"context"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
)

// look is a wish to see people, and how it is recorded.
type look struct {
	action  string // of the record
	refused string // of the record when nothing is shown
	subject string
	purpose string // why; it may also come with the call
	pointer string // where the request states the purpose; in the query when empty
}

// look reads people and records the look with how many were found: nothing is shown that is not recorded. Who sees
// all Regions states the purpose: without it the look is refused, and that is recorded, as is the look at what the
// caller can't see.
func (d *Desk) look(ctx context.Context, by auth.Identity, l look, read func(tx *database.Tx) (found int, err error)) error {
	by.Purpose = cmp.Or(l.purpose, by.Purpose)
	refusal := audit.Record{Action: l.refused, Subject: l.subject, Administration: by.OwnAdministration(), By: by}
	if by.Administration == auth.AllAdministrations && by.Purpose == "" {
		err := fault.New(fault.PurposeRequired, "Chi guarda oltre la propria amministrazione dichiara la finalità.", "Who looks beyond one administration states the purpose.").
			At(cmp.Or(l.pointer, "query:purpose"), "required", "manca", "missing")
		return cmp.Or(d.recordLook(ctx, by, refusal), error(err))
	}
	err := d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		found, err := read(tx)
		if err != nil {
			return err
		}
		return audit.Append(tx, audit.Record{Action: l.action, Subject: l.subject, Administration: refusal.Administration, By: by, Detail: map[string]any{"found": found}})
	})
	if fault.Is(err, fault.NotFound) {
		return cmp.Or(d.recordLook(ctx, by, refusal), err)
	}
	return err
}

func (d *Desk) recordLook(ctx context.Context, by auth.Identity, r audit.Record) error {
	return d.db.Update(ctx, by.Administration, func(tx *database.Tx) error { return audit.Append(tx, r) })
}
