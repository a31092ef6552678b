package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/italia"
	"w2w/pkg/params"
)

// ownHand is who brings the values of the files: the service itself.
func (g *register) ownHand() auth.Identity {
	return auth.Identity{Client: g.service, Actor: g.service}
}

// bring records the values of the versioned files for days of which the database never had a value. What
// it has, or had, stays as it is: after the first start parameters change through the API alone.
func (g *register) bring(ctx context.Context, files []params.Row) (differing []params.Row, err error) {
	if err := g.checkFiles(files); err != nil {
		return nil, err
	}
	err = g.db.Update(ctx, auth.AllAdministrations, func(tx *database.Tx) error {
		g.lock(tx)
		known, err := everRecorded(tx)
		if err != nil {
			return err
		}
		var missing []params.Row
		missing, differing = compare(files, known)
		if len(missing) == 0 {
			return nil
		}
		return g.recordFiles(tx, missing, len(known) > 0)
	})
	return differing, err
}

// checkFiles refuses files that state what no parameter takes, or two values for one day.
func (g *register) checkFiles(files []params.Row) error {
	for _, r := range files {
		if err := g.check(r); err != nil {
			return fmt.Errorf("parameter %s from %s in %s: %w", r.Key, r.ValidFrom, r.Source, err)
		}
	}
	_, err := params.NewSet(files)
	return err
}

func everRecorded(tx *database.Tx) (known []params.Row, err error) {
	tx.Queue(`select version, key, value, valid_from, valid_to, legal_ref from parameters`).Query(func(r pgx.Rows) (err error) {
		known, _, err = scanRules(r)
		return err
	})
	err = tx.Flush()
	return known, err
}

// compare finds the rows of files of whose days nothing was ever recorded, and those that say something
// else than what was.
func compare(files, known []params.Row) (missing, differing []params.Row) {
	for _, r := range files {
		switch {
		case !slices.ContainsFunc(known, r.Overlaps):
			missing = append(missing, r)
		case !slices.ContainsFunc(known, r.Says):
			differing = append(differing, r)
		}
	}
	return missing, differing
}

// recordFiles records rows as one step; the others are told of it unless it is the very first.
func (g *register) recordFiles(tx *database.Tx, rows []params.Row, tell bool) error {
	at, err := nextStep(tx)
	if err != nil {
		return err
	}
	by := g.ownHand()
	for _, r := range rows {
		insertParameter(tx, r, at, by)
		if tell {
			if err := g.announce(tx, r, at.version); err != nil {
				return err
			}
		}
	}
	return audit.Append(tx, audit.Record{Action: "parameters.bring", Subject: "parameters", Administration: italia.Ministry, By: by,
		Detail: map[string]any{"version": at.version, "values": len(rows)}})
}
