package lsupool

import (
	"context"
	"fmt"
	"slices"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/sheets"
)

// What one call may carry, with room to spare below the limits of the API.
const (
	rowsPerCall  = 20_000
	bytesPerCall = 9 << 20
)

type code struct {
	Code string `json:"code"`
}

type judged struct {
	Verdict string `json:"verdict"`
	Codes   []code `json:"codes"`
}

// upload sends rows as lists of the columns, in their order, and returns the verdict of each.
func (r *Run) upload(ctx context.Context, path, key string, columns []string, rows []*sheets.Row) (all []judged, err error) {
	for n, part := range sheets.Parts(columns, rows, rowsPerCall, bytesPerCall) {
		var answer struct {
			Rows []judged `json:"rows"`
		}
		err := r.Post(ctx, auth.AllAdministrations, scopeUpload, portal.Call{Path: path, Key: r.Key(key, n),
			Body: portal.File{Media: "text/csv", Data: part.CSV}, Into: &answer})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part.From, err)
		}
		if len(answer.Rows) != part.Rows {
			return nil, fmt.Errorf("%s: %d verdicts for %d rows", part.From, len(answer.Rows), part.Rows)
		}
		all = append(all, answer.Rows...)
		r.Step(part.Rows)
	}
	return all, nil
}

// enter takes the host entities into the registry. A row that the registry refuses is told by what is refused for
// its sake later on.
func (r *Run) enter(ctx context.Context) error {
	_, err := r.upload(ctx, "/entity-intakes", "entities", files[1].Columns, r.in.entities.Rows)
	return err
}

// hours is a column that a list may have.
const hours = "weekly_hours"

// fill takes the workers into the pool, in the order of the file.
func (r *Run) fill(ctx context.Context) (err error) {
	r.pool, err = r.upload(ctx, "/pool-intakes", "pool", withHours(files[0].Columns, r.in.pool.Rows), r.in.pool.Rows)
	return err
}

// move takes the next movements, up to the one with the number.
func (r *Run) move(ctx context.Context, key string, upTo int) error {
	var rows []*sheets.Row
	for _, m := range r.in.movements[r.sent:upTo] {
		rows = append(rows, m.from)
	}
	found, err := r.upload(ctx, "/movement-intakes", "movements-"+key, withHours(files[3].Columns, rows), rows)
	r.moved, r.sent = append(r.moved, found...), upTo
	return err
}

func withHours(columns []string, rows []*sheets.Row) []string {
	if len(rows) > 0 && rows[0].Has(hours) {
		return append(slices.Clone(columns), hours)
	}
	return columns
}
