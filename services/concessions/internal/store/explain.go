package store

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/concessions/internal/domain"
)

// Explain gives the arithmetic of one row's estimate, by the parameters as they were known when it was judged,
// and records who looked.
func (d *Desk) Explain(ctx context.Context, by auth.Identity, id uuid.UUID, row int) (x domain.Explanation, err error) {
	err = d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		a, err := applicationIn(tx, id)
		if err != nil {
			return err
		}
		rows, _, err := d.loadRows(tx, &a)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(rows, func(w domain.Worker) bool { return w.Row == row })
		if at < 0 {
			return notFound()
		}
		rules, err := d.book.AsOf(tx, a.RulesVersion)
		if err != nil {
			return err
		}
		if x, err = domain.Explain(a.Terms(), rows[at], rules); err != nil {
			return err
		}
		return audit.Append(tx, audit.Record{Action: "estimate.explain", Subject: "application/" + id.String(), Administration: a.Administration, By: by,
			Detail: map[string]any{"row": row}})
	})
	return x, err
}
