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
	action  string // of the record; one that is refused ends with .refused instead
	refused string
	subject string
	purpose string // why; it may also come with the call
}

// look reads people and records the look with how many were found. Who sees all Regions states the purpose: without
// it the look is refused, and that is recorded.
func (d *Desk) look(ctx context.Context, by auth.Identity, l look, read func(tx *database.Tx) (found int, err error)) error {
	by.Purpose = cmp.Or(l.purpose, by.Purpose)
	refused := by.Administration == auth.AllAdministrations && by.Purpose == ""
	err := d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		record := audit.Record{Action: l.refused, Subject: l.subject, Administration: by.OwnAdministration(), By: by}
		if !refused {
			found, err := read(tx)
			if err != nil {
				return err
			}
			record.Action, record.Detail = l.action, map[string]any{"found": found}
		}
		return audit.Append(tx, record)
	})
	if err == nil && refused {
		return fault.New(fault.PurposeRequired, "Chi guarda oltre la propria amministrazione dichiara la finalità.", "Who looks beyond one administration states the purpose.").
			At("query:purpose", "required", "manca", "missing")
	}
	return err
}
