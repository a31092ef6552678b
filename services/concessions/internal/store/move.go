package store

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/concessions/internal/domain"
)

// Move applies a named event to one application, at the version that the caller read. A transfer also
// starts a linked file at the receiver; a renunciation releases what was committed.
func (d *Desk) Move(tx *database.Tx, id uuid.UUID, ifMatch string, act domain.Act, asked *period.Date) (domain.Application, error) {
	a, err := lock(tx, id)
	if err != nil {
		return a, err
	}
	if err := httpx.MatchVersion(ifMatch, a.Version); err != nil {
		return a, err
	}
	if act.Event == domain.File && asked == nil {
		asked = announcedFiling(&a, act.By)
	}
	if err := d.prepare(&act, asked); err != nil {
		return a, err
	}
	if act.Event == domain.File {
		if err := d.refile(tx, &a, act.On); err != nil {
			return a, err
		}
	}
	was := a.Version
	step, err := a.Apply(act)
	if err != nil {
		return a, err
	}
	if step.To == domain.Transferred {
		if err := d.transfer(tx, &a, step); err != nil {
			return a, err
		}
	}
	if step.From == domain.Committed && step.To == domain.Renounced {
		if err := release(tx, &a, step); err != nil {
			return a, err
		}
	}
	d.save(tx, &a, was)
	return a, record(tx, &a, step)
}

// prepare dates the act, gives it the rules in force and notes the answer that a refusal follows.
func (d *Desk) prepare(act *domain.Act, asked *period.Date) (err error) {
	act.Rules = d.rules()
	if act.On, err = act.By.ActDate(d.clock, asked, "/acted_on"); err != nil || act.AnsweredOn == nil {
		return err
	}
	if act.Event != domain.Refuse {
		return fault.New(fault.RuleViolated, "Solo un rigetto segue una risposta al preavviso.", "Only a refusal follows an answer to its notice.").
			At("/answered_on", "event", "non riguarda questo evento", "does not belong to this event")
	}
	act.Detail = map[string]any{"answered_on": act.AnsweredOn}
	return nil
}

// release gives the rest of the commitment back to the plafond.
func release(tx *database.Tx, a *domain.Application, s domain.Step) error {
	_, err := plafond.Reverse(tx, plafond.Reversal{Reference: commitmentOf(a.ID), Act: string(s.Event), EffectiveOn: s.Act.On})
	return err
}

// transfer starts a linked file at the competent administration, with the same filing date and list; the
// persons are sealed again, because a seal is bound to its administration.
func (d *Desk) transfer(tx *database.Tx, a *domain.Application, s domain.Step) error {
	if err := d.rules().CheckAdministration(s.Act.Receiver, "/transfer_to"); err != nil {
		return err
	}
	rows, _, err := d.loadRows(tx, a)
	if err != nil {
		return err
	}
	a.TransferredTo = s.Act.Receiver
	copied := *a
	copied.ID, copied.Administration, copied.State, copied.Version = uuid.Must(uuid.NewV7()), s.Act.Receiver, domain.Filed, 1
	copied.TransferredTo, copied.LinkedID, copied.CreatedAt = "", &a.ID, d.clock()
	step := domain.Step{ID: uuid.Must(uuid.NewV7()), From: domain.Draft, Event: domain.File, To: domain.Filed, Act: s.Act}
	tx.Become(copied.Administration)
	d.insert(tx, &copied)
	if err := d.insertRows(tx, &copied, rows); err != nil {
		return err
	}
	err = record(tx, &copied, step)
	tx.Become(a.Administration)
	return err
}

// Step is a line of an application's history.
type Step struct {
	From, Event, To, Actor, Reason, DocumentSHA256 string
	ActedOn                                        period.Date
	RecordedAt                                     time.Time
}

// History returns an application and its steps, oldest first.
func (d *Desk) History(ctx context.Context, administration string, id uuid.UUID) (a domain.Application, steps []Step, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue("select "+columns+" from applications where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
			a, err = scanApplication(r)
			return err
		})
		b.Queue(`select from_state, event, to_state, actor, coalesce(reason, ''), coalesce(document_sha256, ''), acted_on, recorded_at
			from transitions where application_id = $1 order by recorded_at, id`, id).Query(database.Each(func(r pgx.Rows) error {
			var s Step
			err := r.Scan(&s.From, &s.Event, &s.To, &s.Actor, &s.Reason, &s.DocumentSHA256, &s.ActedOn, &s.RecordedAt)
			steps = append(steps, s)
			return err
		}))
	})
	return a, steps, err
}

// Possible tells what the caller may do with an application on a day, today unless another is asked for, and
// what is missing. Funds are looked up where they decide.
func (d *Desk) Possible(ctx context.Context, by auth.Identity, a domain.Application, asked *period.Date, fund string) ([]domain.Possible, error) {
	act := domain.Act{By: by, On: period.FromTime(d.clock.Today()), Rules: d.rules()}
	if asked != nil {
		act.On = *asked
	}
	if a.State == domain.Granted {
		k := accountOf(&a, act.On, cmp.Or(fund, plafond.DefaultFund))
		found, err := plafond.Balances(ctx, d.db, by.Administration,
			plafond.Filter{Administration: k.Administration, Year: k.Year, Fund: k.Fund, Family: k.Family}, plafond.AsOf{})
		if err != nil {
			return nil, err
		}
		act.Available = new(int64)
		for _, b := range found {
			*act.Available = b.AvailableCents
		}
	}
	return a.Possible(act), nil
}
