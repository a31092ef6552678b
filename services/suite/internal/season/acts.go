package season

import (
	"context"

	"golang.org/x/sync/errgroup"

	"w2w/pkg/period"
	"w2w/services/suite/internal/portal"
)

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
		return r.move(ctx, a, "applications:examine", "PREAVVISA_RIGETTO")
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
	err := r.Post(ctx, k.administration, "applications:preside", portal.Call{Path: "/table-sessions", Key: r.Key("table", k.administration, k.on), Into: &session,
		Body: object{"level": level, "held_on": k.on, "place": "Sede dell'amministrazione", "application_ids": ids,
			"participants": []object{{"organisation": "Amministrazione", "people": 1}, {"organisation": "Organizzazioni sindacali", "people": 2}, {"organisation": "Datori di lavoro", "people": 1}}}})
	if err != nil {
		return err
	}
	outcomes := make([]object, len(ids))
	for i, id := range ids {
		outcomes[i] = object{"application_id": id, "outcome": "ACCOLTA", "active_policy_measure": "Riqualificazione"}
	}
	return r.Post(ctx, k.administration, "applications:preside", portal.Call{Path: "/table-sessions/" + session.ID + "/outcomes",
		Key: r.Key("outcomes", k.administration, k.on), Body: object{"outcomes": outcomes, "minutes": "Esame congiunto concluso con accordo."}})
}

func (r *Run) decree(ctx context.Context) error {
	order, files := r.acts(func(a *application) bool { return r.outcome[a].name == "COMMITTED" })
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, k := range order {
		group.Go(func() error {
			return r.Post(ctx, k.administration, "applications:decree", portal.Call{Path: "/decrees", Key: r.Key("decree", k.administration, k.on),
				Body: object{"number": k.on.String() + "/" + k.administration + r.in.series, "decree_date": k.on, "signatory": "Dirigente del settore lavoro", "application_ids": r.ids(files[k])}})
		})
	}
	return group.Wait()
}
