package store

import (
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// dated gives what the rows say the day on which it was received, which stands in the field: today, unless the caller
// may load the past. A day that has not come refuses the whole list.
func dated[T any](d *Desk, by auth.Identity, rows []domain.Row[domain.Sent[T]], field string, set func(what *T, on period.Date)) ([]domain.Row[T], error) {
	today := d.Today()
	out := make([]domain.Row[T], len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = domain.Row[T]{Row: r.Row, Line: r.Line, Pointer: r.Pointer, Reference: r.Reference, Cells: r.Cells, Reasons: r.Reasons}
		if r.Value == nil {
			continue
		}
		on, err := by.ActDate(d.clock, r.Value.On, r.Place(field))
		switch {
		case err != nil:
			return nil, err
		case on > today:
			return nil, fault.New(fault.RuleViolated, "Una riga ha una data futura: la lista non è stata elaborata.", "A row has a day in the future: the list was not processed.").
				At(r.Place(field), "future", "data futura", "in the future")
		}
		set(&r.Value.What, on)
		out[i].Value = &r.Value.What
	}
	return out, nil
}

// scanRef notes a reference that is taken.
func scanRef(r pgx.Rows, taken map[string]bool) error {
	var ref string
	err := r.Scan(&ref)
	taken[ref] = true
	return err
}
