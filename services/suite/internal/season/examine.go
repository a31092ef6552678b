package season

import (
	"context"

	"w2w/services/suite/internal/portal"
)

// examine judges applications side by side, save that one waits for the earlier ones in processing order that
// share a person with it: they decide on its overlaps.
func (r *Run) examine(ctx context.Context) error {
	turns := turnsOf(r.in.applications)
	return r.each(ctx, func(ctx context.Context, a *application) error {
		own := turns[a]
		if err := own.await(ctx); err != nil {
			return err
		}
		var j judged
		err := r.Post(ctx, a.administration, "applications:examine", portal.Call{Path: "/applications/" + r.judged[a].Application.ID + "/examination",
			Key: r.Key("examine", a.ref), Body: object{"acted_on": a.filedOn}, Into: &j})
		if err != nil {
			return err
		}
		*r.judged[a] = j
		close(own.over)
		return nil
	})
}

// turn is an application's place behind those that it waits for.
type turn struct {
	behind []*turn
	over   chan struct{} // closed when the application was judged
}

// turnsOf puts each application behind the last one before it that has the same tax code, for each of its codes.
func turnsOf(order []*application) map[*application]*turn {
	turns, last := map[*application]*turn{}, map[string]*turn{}
	for _, a := range order {
		own := &turn{over: make(chan struct{})}
		turns[a] = own
		for _, w := range a.workers {
			code, _ := w.data["tax_code"].(string)
			if before := last[code]; before != nil && before != own {
				own.behind = append(own.behind, before)
			}
			last[code] = own
		}
	}
	return turns
}

// await returns when everything before was judged, or when the import ends. Applications start in processing
// order, so the first of those under way never waits.
func (t *turn) await(ctx context.Context) error {
	for _, before := range t.behind {
		select {
		case <-before.over:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
