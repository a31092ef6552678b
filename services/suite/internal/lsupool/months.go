package lsupool

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"golang.org/x/sync/errgroup"

	"w2w/pkg/auth"
	"w2w/pkg/period"
	"w2w/services/suite/internal/portal"
)

const monthSteps = 50 // what a month of a Region counts for in the progress, where a row counts for one

// regionMonth is a month that a Region has to close.
type regionMonth struct {
	Region   string       `json:"region"`
	Month    period.Month `json:"month"`
	ClosesOn period.Date  `json:"closes_on"`
	Version  int          `json:"version"`
}

// live goes through the months of the conventions' years: what was received up to the closing date, then the closing
// of every Region. At last comes what was received after the last closing.
func (r *Run) live(ctx context.Context) error {
	months, err := r.months(ctx)
	if err != nil {
		return err
	}
	for len(months) > 0 {
		n := sort.Search(len(months), func(i int) bool { return months[i].ClosesOn > months[0].ClosesOn })
		if err := r.close(ctx, months[:n]); err != nil {
			return err
		}
		months = months[n:]
	}
	return r.move(ctx, "after", len(r.in.movements))
}

// months are all that the conventions ask for, by closing date.
func (r *Run) months(ctx context.Context) (all []regionMonth, err error) {
	for _, year := range r.in.years() {
		var list struct {
			Items []regionMonth `json:"items"`
		}
		if err := r.Get(ctx, auth.AllAdministrations, scopeRead, fmt.Sprintf("/months?year=%d", year), &list); err != nil {
			return nil, err
		}
		for _, m := range list.Items {
			if slices.ContainsFunc(r.in.conventions, func(c convention) bool { return c.region == m.Region && c.year == year }) {
				all = append(all, m)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b regionMonth) int { return int(a.ClosesOn - b.ClosesOn) })
	return all, nil
}

// close takes what was received up to the closing date of the months, and closes them side by side.
func (r *Run) close(ctx context.Context, months []regionMonth) error {
	on := months[0].ClosesOn
	received := sort.Search(len(r.in.movements), func(i int) bool { return r.in.movements[i].received > on })
	if err := r.move(ctx, months[0].Month.String(), received); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, m := range months {
		group.Go(func() error {
			if err := r.closeOne(ctx, m); err != nil {
				return fmt.Errorf("%s of Region %s: %w", m.Month, m.Region, err)
			}
			r.Step(monthSteps)
			return nil
		})
	}
	return group.Wait()
}

// closeOne submits a month that nobody has touched, and closes it as another client; both on the day after the
// closing date.
func (r *Run) closeOne(ctx context.Context, m regionMonth) error {
	submits, closes, err := r.two(m.Region)
	if err != nil {
		return err
	}
	m.Version = 1
	for _, act := range []struct {
		event string
		by    *portal.Client
	}{{"SUBMIT", submits}, {"CLOSE", closes}} {
		err := r.PostAs(ctx, act.by, portal.Call{Path: fmt.Sprintf("/regions/%s/months/%s/transitions", m.Region, m.Month),
			Key: r.Key(act.event, m.Region, m.Month), Match: fmt.Sprintf(`"%d"`, m.Version),
			Body: object{"event": act.event, "acted_on": m.ClosesOn + 1}, Into: &m})
		if err != nil {
			return fmt.Errorf("%s: %w", act.event, err)
		}
	}
	return nil
}
