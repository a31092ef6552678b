package season

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"w2w/pkg/period"
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

// examine judges one application at a time in processing order, since an earlier one decides on overlaps.
func (r *Run) examine(ctx context.Context) error {
	for _, a := range r.in.applications {
		var j judged
		err := r.call(ctx, a.administration, "applications:examine", portal.Call{Path: "/applications/" + r.judged[a].Application.ID + "/examination",
			Key: r.slug("examine", a.ref), Body: object{"acted_on": a.filedOn}, Into: &j})
		if err != nil {
			return fmt.Errorf("application %s: %w", a.ref, err)
		}
		*r.judged[a] = j
		r.step()
	}
	return nil
}

// act is what one administration does on one day: one session of the table and one decree.
type act struct {
	administration string
	on             period.Date
}

func (r *Run) acts(takes func(a *application) bool) (order []act, files map[act][]*application) {
	files = map[act][]*application{}
	for _, a := range r.in.applications {
		if !takes(a) {
			continue
		}
		k := act{a.administration, a.decreeDate()}
		if files[k] == nil {
			order = append(order, k)
		}
		files[k] = append(files[k], a)
	}
	return order, files
}

func (r *Run) admissible(a *application) bool { return r.judged[a].Application.Verdict == "ADMISSIBLE" }

func (r *Run) ids(files []*application) []string {
	out := make([]string, len(files))
	for i, a := range files {
		out[i] = r.judged[a].Application.ID
	}
	return out
}

// meet announces the refusal of inadmissible files and grants the others at the table of their day.
func (r *Run) meet(ctx context.Context) error {
	err := r.each(ctx, func(ctx context.Context, a *application) error {
		if r.admissible(a) {
			return nil
		}
		return r.move(ctx, a, "applications:examine", "PREAVVISA_RIGETTO", r.judged[a].Application.Version)
	})
	if err != nil {
		return err
	}
	order, files := r.acts(r.admissible)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, k := range order {
		group.Go(func() error { return r.table(ctx, k, r.ids(files[k])) })
	}
	return group.Wait()
}

func (r *Run) table(ctx context.Context, k act, ids []string) error {
	level := "REGIONALE"
	if k.administration == "MLPS" {
		level = "MINISTERIALE"
	}
	var session struct {
		ID string `json:"id"`
	}
	err := r.call(ctx, k.administration, "applications:preside", portal.Call{Path: "/table-sessions", Key: r.slug("table", k.administration, k.on), Into: &session,
		Body: object{"level": level, "held_on": k.on, "place": "Sede dell'amministrazione", "application_ids": ids,
			"participants": []object{{"organisation": "Amministrazione", "people": 1}, {"organisation": "Organizzazioni sindacali", "people": 2}, {"organisation": "Datori di lavoro", "people": 1}}}})
	if err != nil {
		return err
	}
	outcomes := make([]object, len(ids))
	for i, id := range ids {
		outcomes[i] = object{"application_id": id, "outcome": "ACCOLTA", "active_policy_measure": "Riqualificazione"}
	}
	return r.call(ctx, k.administration, "applications:preside", portal.Call{Path: "/table-sessions/" + session.ID + "/outcomes",
		Key: r.slug("outcomes", k.administration, k.on), Body: object{"outcomes": outcomes, "minutes": "Esame congiunto concluso con accordo."}})
}

// account names a plafond; committing goes in processing order within each.
type account struct {
	administration, family string
	year                   int
}

func (r *Run) commit(ctx context.Context) error {
	queues, residual := map[account][]*application{}, map[account]int64{}
	for _, p := range r.in.plafonds {
		residual[account{p.administration, p.family, p.year}] += p.cents
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
		r.step()
	}
	return nil
}

func (r *Run) reserve(ctx context.Context, a *application, o *outcome) error {
	err := r.call(ctx, a.administration, "applications:commit", portal.Call{Path: "/applications/" + r.judged[a].Application.ID + "/commitment",
		Key: r.slug("commit", a.ref), Body: object{"decree_date": a.decreeDate()}, Into: &o.commitment})
	var refused *portal.Refusal
	if errors.As(err, &refused) && refused.Code() == "no-funds" {
		o.name = "NO_FUNDS"
		return nil
	}
	o.name = "COMMITTED"
	return err
}

func (r *Run) decree(ctx context.Context) error {
	order, files := r.acts(func(a *application) bool { return r.outcome[a].name == "COMMITTED" })
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, k := range order {
		group.Go(func() error {
			return r.call(ctx, k.administration, "applications:decree", portal.Call{Path: "/decrees", Key: r.slug("decree", k.administration, k.on),
				Body: object{"number": k.on.String() + "/" + k.administration, "decree_date": k.on, "signatory": "Dirigente del settore lavoro", "application_ids": r.ids(files[k])}})
		})
	}
	return group.Wait()
}
