package store

import (
	"context"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// RecordExport notes who takes a whole list out of the house.
func (d *Desk) RecordExport(ctx context.Context, by auth.Identity, path string, detail map[string]any) error {
	return d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		return audit.Append(tx, audit.Record{Action: "list.export", Subject: "list" + path, Administration: by.OwnAdministration(), By: by, Detail: detail})
	})
}
