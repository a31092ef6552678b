package bulk

import (
	"context"
	"strings"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
)

// RecordIn notes in the audit log of a service who takes a whole list out of the house; base is the path under which
// its contract is served.
func RecordIn(db *database.DB, base string) Recorder {
	return func(ctx context.Context, e Export) error {
		by := auth.From(ctx)
		return db.Update(ctx, by.Administration, func(tx *database.Tx) error {
			return audit.Append(tx, audit.Record{Action: "list.export", Subject: "list" + strings.TrimPrefix(e.Path, base), Administration: by.OwnAdministration(),
				By: by, Detail: map[string]any{"rows": e.Rows, "media_type": e.Media, "query": e.Query}})
		})
	}
}
