package season

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"w2w/services/suite/internal/portal"
)

// account names a plafond; committing goes in processing order within each.
type account struct {
	administration, family string
	year                   int
}

func (r *Run) commit(ctx context.Context) error {
	queues, residual := map[account][]*application{}, map[account]int64{}
	for _, p := range r.in.plafonds {
		residual[account{p.administration, p.family, int(p.year)}] += p.cents
	}
	for _, a := range r.in.applications {
		k := account{a.administration, a.family(), a.decreeDate().Year()}
		queues[k] = append(queues[k], a)
		r.outcome[a] = &outcome{}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for k, queue := range queues {
		left := residual[k]
		group.Go(func() error { return r.drain(ctx, queue, left) })
	}
	return group.Wait()
}

func (r *Run) drain(ctx context.Context, queue []*application, left int64) error {
	for _, a := range queue {
		o := r.outcome[a]
		o.name = "INADMISSIBLE"
		if r.admissible(a) {
			if err := r.reserve(ctx, a, o); err != nil {
				return fmt.Errorf("application %s: %w", a.ref, err)
			}
		}
		if o.name == "COMMITTED" {
			left = o.ResidualAfterCents
		}
		o.ResidualAfterCents = left
		r.Step(1)
	}
	return nil
}

func (r *Run) reserve(ctx context.Context, a *application, o *outcome) error {
	err := r.Post(ctx, a.administration, "applications:commit", portal.Call{Path: "/applications/" + r.judged[a].Application.ID + "/commitment",
		Key: r.Key("commit", a.ref), Body: object{"decree_date": a.decreeDate()}, Into: &o.commitment})
	var refused *portal.Refusal
	if errors.As(err, &refused) && refused.Code() == "no-funds" {
		o.name = "NO_FUNDS"
		return nil
	}
	o.name = "COMMITTED"
	return err
}
