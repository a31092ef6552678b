package season

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/portal"
)

const (
	api     = "/concessions/v1"
	writers = 6 // requests under way at once, where the order does not matter
)

// Run is an import under way. Started again it repeats every request with the same keys: what was done
// before is answered as it was then, so that the result is the same.
type Run struct {
	*portal.Errand
	in      *input
	judged  map[*application]*judged
	outcome map[*application]*outcome
}

// outcome is what became of an application's money.
type outcome struct {
	name string
	commitment
}

// Import sends the season in a folder through the gateway and writes its results into out. progress, which may
// be nil, hears of every application that passed a phase.
func Import(ctx context.Context, book *portal.Book, from fs.FS, out string, progress func(done, total int)) error {
	in, err := read(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	r := newRun(book, in, progress)
	if err := r.pass(ctx); err != nil {
		return err
	}
	return r.write(out)
}

func newRun(book *portal.Book, in *input, progress func(done, total int)) *Run {
	errand := &portal.Errand{Book: book, API: api, Name: "season-" + in.digest, Total: phases * len(in.applications), Progress: progress}
	return &Run{Errand: errand, in: in, judged: map[*application]*judged{}, outcome: map[*application]*outcome{}}
}

// pass takes the applications through all phases, from the assignment of money to the decrees.
func (r *Run) pass(ctx context.Context) error {
	for _, phase := range []func(context.Context) error{r.staff, r.assign, r.file, r.register, r.examine, r.meet, r.commit, r.decree} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	return nil
}

const phases = 5 // that count applications

// each runs do for every application, a few at a time.
func (r *Run) each(ctx context.Context, do func(ctx context.Context, a *application) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, a := range r.in.applications {
		group.Go(func() error {
			defer r.Step(1)
			if err := do(ctx, a); err != nil {
				return fmt.Errorf("application %s: %w", a.ref, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// staff sees that every administration of the season has its clients, before anything is sent.
func (r *Run) staff(context.Context) error {
	_, err := r.Book.For(auth.AllAdministrations, "plafonds:assign")
	for _, a := range r.in.applications {
		for _, scope := range []string{"applications:file", "applications:protocol", "applications:examine", "applications:preside", "applications:commit", "applications:decree"} {
			if err == nil {
				_, err = r.Book.For(a.administration, scope)
			}
		}
	}
	return err
}

func (r *Run) assign(ctx context.Context) error {
	for _, p := range r.in.plafonds {
		if p.cents == 0 {
			continue
		}
		err := r.Post(ctx, auth.AllAdministrations, "plafonds:assign",
			portal.Call{Path: "/plafonds/assignments", Key: r.Key("assign", p.administration, p.year, p.family), Body: p.body()})
		if err != nil {
			return fmt.Errorf("plafond of %s, %d: %w", p.administration, p.year, err)
		}
	}
	return nil
}

// perCall is how many workers one call may carry.
const perCall = 5000

func (r *Run) file(ctx context.Context) error {
	found := make([]judged, len(r.in.applications))
	for i, a := range r.in.applications {
		r.judged[a] = &found[i]
	}
	return r.each(ctx, r.fileOne)
}

// fileOne files an application in one call; a longer list becomes a draft that is filled and then filed.
func (r *Run) fileOne(ctx context.Context, a *application) error {
	first, rest := a.workers, []worker(nil)
	if len(first) > perCall {
		first, rest = first[:perCall], first[perCall:]
	}
	err := r.Post(ctx, a.administration, "applications:file", portal.Call{Path: "/applications", Key: r.Key("file", a.ref),
		Body: a.body(first, len(rest) == 0), Into: r.judged[a]})
	if err != nil || len(rest) == 0 {
		return err
	}
	for part := range slices.Chunk(rest, perCall) {
		filed := &r.judged[a].Application
		err := r.Post(ctx, a.administration, "applications:file", portal.Call{Path: "/applications/" + filed.ID + "/workers",
			Key: r.Key("workers", a.ref, part[0].row), Match: filed.etag(), Body: object{"items": items(part)}, Into: r.judged[a]})
		if err != nil {
			return err
		}
	}
	return r.move(ctx, a, "applications:file", "PRESENTA")
}

func (r *Run) register(ctx context.Context) error {
	return r.each(ctx, func(ctx context.Context, a *application) error {
		if err := r.move(ctx, a, "applications:protocol", "PROTOCOLLA"); err != nil {
			return err
		}
		return r.move(ctx, a, "applications:examine", "AVVIA_ISTRUTTORIA")
	})
}

// move sends an event to the version that the last answer showed.
func (r *Run) move(ctx context.Context, a *application, scope, event string) error {
	filed := &r.judged[a].Application
	return r.Post(ctx, a.administration, scope, portal.Call{Path: "/applications/" + filed.ID + "/transitions",
		Key: r.Key(event, a.ref), Match: filed.etag(), Body: object{"event": event, "acted_on": a.filedOn}, Into: filed})
}
