package season

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"w2w/services/suite/internal/portal"
)

const (
	api     = "/concessions/v1"
	writers = 6 // requests under way at once, where the order does not matter
)

// Run is an import under way. Started again it repeats every request with the same keys: what was done
// before is answered as it was then, so that the result is the same.
type Run struct {
	book     *portal.Book
	in       *input
	progress func(done, total int)
	done     atomic.Int64
	judged   map[*application]*judged
	outcome  map[*application]*outcome
}

// outcome is what became of an application's money.
type outcome struct {
	name string
	commitment
}

// Import sends the season in dir through the gateway and writes its results into out. progress, which may
// be nil, hears of every application that passed a phase.
func Import(ctx context.Context, book *portal.Book, dir, out string, progress func(done, total int)) error {
	in, err := read(dir)
	if err != nil {
		return err
	}
	r := &Run{book: book, in: in, progress: progress, judged: map[*application]*judged{}, outcome: map[*application]*outcome{}}
	for _, phase := range []func(context.Context) error{r.assign, r.file, r.register, r.examine, r.meet, r.commit, r.decree} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	return r.write(out)
}

const phases = 5 // that count applications

func (r *Run) step() {
	n := r.done.Add(1)
	if r.progress != nil {
		r.progress(int(n), phases*len(r.in.applications))
	}
}

// each runs do for every application, a few at a time.
func (r *Run) each(ctx context.Context, do func(ctx context.Context, a *application) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, a := range r.in.applications {
		group.Go(func() error {
			defer r.step()
			if err := do(ctx, a); err != nil {
				return fmt.Errorf("application %s: %w", a.ref, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// slug is the Idempotency-Key of one request of this season.
func (r *Run) slug(parts ...any) string {
	key := "season-" + r.in.digest
	for _, p := range parts {
		key += "-" + fmt.Sprint(p)
	}
	return key
}

// call makes one write as the client of the administration that holds the scope.
func (r *Run) call(ctx context.Context, administration, scope string, c portal.Call) error {
	client, err := r.book.For(administration, scope)
	if err != nil {
		return err
	}
	c.Method = http.MethodPost
	c.Path = api + c.Path
	return client.Do(ctx, c)
}

func (r *Run) assign(ctx context.Context) error {
	for _, p := range r.in.plafonds {
		if p.cents == 0 {
			continue
		}
		err := r.call(ctx, "*", "plafonds:assign", portal.Call{Path: "/plafonds/assignments", Key: r.slug("assign", p.administration, p.year, p.family),
			Body: object{"administration": p.administration, "year": p.year, "family": p.family, "cents": p.cents, "act": fmt.Sprintf("Assegnazione %d", p.year), "assigned_on": p.assignedOn}})
		if err != nil {
			return fmt.Errorf("plafond of %s, %d: %w", p.administration, p.year, err)
		}
	}
	return nil
}

func (r *Run) file(ctx context.Context) error {
	found := make([]judged, len(r.in.applications))
	for i, a := range r.in.applications {
		r.judged[a] = &found[i]
	}
	return r.each(ctx, func(ctx context.Context, a *application) error {
		return r.call(ctx, a.administration, "applications:file", portal.Call{Path: "/applications", Key: r.slug("file", a.ref), Body: a.body(), Into: r.judged[a]})
	})
}

func (r *Run) register(ctx context.Context) error {
	return r.each(ctx, func(ctx context.Context, a *application) error {
		if err := r.move(ctx, a, "applications:protocol", "PROTOCOLLA", 2); err != nil {
			return err
		}
		return r.move(ctx, a, "applications:examine", "AVVIA_ISTRUTTORIA", 3)
	})
}

// move sends an event; the version is known, because only this season's clients touch its files.
func (r *Run) move(ctx context.Context, a *application, scope, event string, version int) error {
	return r.call(ctx, a.administration, scope, portal.Call{Path: "/applications/" + r.judged[a].Application.ID + "/transitions",
		Key: r.slug(event, a.ref), Match: fmt.Sprintf(`"%d"`, version), Body: object{"event": event, "acted_on": a.filedOn}})
}
