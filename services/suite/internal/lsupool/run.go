// Package lsupool sends a pool of workers in socially useful works through the gateway, a month at a time, as the
// Ministry and the Regions would, and writes what came of it.
package lsupool

import (
	"context"
	"io/fs"
	"os"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/portal"
)

const (
	api     = "/lsu/v1"
	writers = 6 // Regions that close their month at once

	scopeUpload = "pool:upload"
	scopeAssign = "plafonds:assign"
	scopeRules  = "parameters:write"
	scopeSubmit = "months:submit"
	scopeClose  = "months:close"
	scopeRead   = "pool:read"
)

// Run is an import under way. Started again it repeats every request with the same keys: what was done before is
// answered as it was then, so that the result is the same.
type Run struct {
	*portal.Errand
	in    *input
	pool  []judged // in the order of the file
	moved []judged // in the order of in.movements
	sent  int      // movements
}

// Import sends the pool in a folder through the gateway and writes its results into out. progress, which may be nil,
// hears of every list that was taken and every month that was closed.
func Import(ctx context.Context, book *portal.Book, from fs.FS, out string, progress func(done, total int)) error {
	in, err := read(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	steps := len(in.entities.Rows) + len(in.pool.Rows) + len(in.movements) + monthSteps*12*len(in.conventions)
	r := &Run{in: in, Errand: &portal.Errand{Book: book, API: api, Name: "lsu-pool-" + in.digest, Total: steps, Progress: progress}}
	for _, phase := range []func(context.Context) error{r.staff, r.vacant, r.rule, r.enter, r.agree, r.fill, r.live} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	return r.write(ctx, out)
}

// staff sees that the Ministry and every Region of the pool have their clients, before anything is sent.
func (r *Run) staff(context.Context) error {
	for _, scope := range []string{scopeUpload, scopeAssign, scopeRead} {
		if _, err := r.Book.For(auth.AllAdministrations, scope); err != nil {
			return err
		}
	}
	for _, region := range r.in.regions() {
		if _, _, err := r.two(region); err != nil {
			return err
		}
	}
	return nil
}

// two are who submits the months of a Region and, as another, who closes them.
func (r *Run) two(region string) (submits, closes *portal.Client, err error) {
	if submits, err = r.Book.For(region, scopeSubmit); err != nil {
		return nil, nil, err
	}
	closes, err = r.Book.Another(region, scopeClose, submits)
	return submits, closes, err
}
