package store

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
)

// Plafond is a balance with what is to be expected of it.
type Plafond struct {
	plafond.Balance
	plafond.Outlook
	ThresholdPercent int64
}

// Plafonds lists the plafonds that the administration may see, as of a day, and looks ahead from that day.
func (d *Desk) Plafonds(ctx context.Context, administration string, f plafond.Filter, at plafond.AsOf) ([]Plafond, error) {
	balances, err := plafond.Balances(ctx, d.db, administration, f, at)
	if err != nil {
		return nil, err
	}
	v := plafond.View{Administration: administration, Today: period.FromTime(d.clock.Today()), RecordedAt: at.RecordedAt}
	if at.EffectiveOn != nil {
		v.Today = *at.EffectiveOn
	}
	v.Threshold = cmp.Or(d.rules().ThresholdPercent(v.Today), plafond.DefaultThreshold)
	outlooks, err := plafond.Outlooks(ctx, d.db, balances, v)
	out := make([]Plafond, len(balances))
	for i, b := range balances {
		out[i] = Plafond{b, outlooks[i], v.Threshold}
	}
	return out, err
}

// Plafond returns one plafond that the administration may see.
func (d *Desk) Plafond(ctx context.Context, administration string, id uuid.UUID, at plafond.AsOf) (Plafond, error) {
	found, err := d.Plafonds(ctx, administration, plafond.Filter{ID: id}, at)
	if err != nil {
		return Plafond{}, err
	}
	if len(found) == 0 {
		return Plafond{}, notFound()
	}
	return found[0], nil
}

// Movements lists the lines of a plafond's ledger, newest first.
func (d *Desk) Movements(ctx context.Context, administration string, id uuid.UUID, p page.Page) (plafond.MovementPage, error) {
	return plafond.Movements(ctx, d.db, administration, plafond.MovementQuery{Account: id, After: p.Cursor, Limit: p.Limit})
}
