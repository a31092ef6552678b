package store

import (
	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/concessions/internal/domain"
)

// Closing ends an application; with an act that ended the decree's effects the unused money is released.
type Closing struct {
	EffectsEnded bool
	Act          string
	On           *period.Date
}

// Close draws the final account and closes. Without the act what is unused stays committed, and shown.
func (d *Desk) Close(tx *database.Tx, by auth.Identity, id uuid.UUID, c Closing) error {
	on, err := by.ActDate(d.clock, c.On, "/closed_on")
	if err != nil {
		return err
	}
	if c.EffectsEnded && c.Act == "" {
		return fault.New(fault.RuleViolated, "Serve l'atto di cessazione degli effetti.", "The act that ended the effects is needed.").At("/act", "required", "manca", "missing")
	}
	a, err := lock(tx, id)
	if err != nil {
		return err
	}
	for _, event := range []domain.Event{domain.Account, domain.Close} {
		if event == domain.Account && a.State == domain.FinallyAccounted {
			continue
		}
		if err := d.step(tx, &a, domain.Act{Event: event, By: by, On: on, Reason: c.Act}); err != nil {
			return err
		}
	}
	unused, err := plafond.Residual(tx, commitmentOf(a.ID))
	if err != nil {
		return err
	}
	released := int64(0)
	if c.EffectsEnded {
		released = unused
	}
	tx.Queue("insert into closings (application_id, administration, closed_on, effects_ended, act, unused_cents, released_cents) values ($1, $2, $3, $4, nullif($5, ''), $6, $7)",
		a.ID, a.Administration, on, c.EffectsEnded, c.Act, unused, released)
	return plafond.Release(tx, plafond.Posting{Reference: commitmentOf(a.ID), Cents: released, Act: c.Act, EffectiveOn: on})
}

// Revocation takes applications out of a decree.
type Revocation struct {
	Event  domain.Event // REVOCA or ANNULLA
	Act    string
	Reason string
	On     *period.Date
	IDs    []uuid.UUID // all of the decree when empty
}

// Revoke ends a decree's effects for applications and releases what was not spent; what was spent stays so.
func (d *Desk) Revoke(tx *database.Tx, by auth.Identity, decree uuid.UUID, r Revocation) (ids []uuid.UUID, released int64, err error) {
	on, err := by.ActDate(d.clock, r.On, "/acted_on")
	if err != nil {
		return nil, 0, err
	}
	x, err := decreeFor(tx, decree, "")
	if err != nil {
		return nil, 0, err
	}
	if ids, err = r.chosen(x); err != nil {
		return nil, 0, err
	}
	files, err := lockAll(tx, ids)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range files {
		if err := d.step(tx, a, domain.Act{Event: r.Event, By: by, On: on, Reason: r.Reason, Detail: map[string]any{"act": r.Act}}); err != nil {
			return nil, 0, err
		}
		back, err := plafond.Reverse(tx, plafond.Reversal{Reference: commitmentOf(a.ID), Act: r.Act, EffectiveOn: on})
		if err != nil {
			return nil, 0, err
		}
		released += back
	}
	tx.Queue("update decree_applications set ended = $3 where decree_id = $1 and application_id = any($2)", decree, ids, r.Event)
	return ids, released, nil
}

// chosen are the applications that the order concerns: those that it names, which must be of the decree, or
// all that the decree still grants.
func (r Revocation) chosen(x Decree) ([]uuid.UUID, error) {
	var granted, foreign []uuid.UUID
	decreed := map[uuid.UUID]bool{}
	for _, a := range x.Applications {
		decreed[a.ApplicationID] = true
		if a.Ended == "" {
			granted = append(granted, a.ApplicationID)
		}
	}
	for _, id := range r.IDs {
		if !decreed[id] {
			foreign = append(foreign, id)
		}
	}
	switch {
	case len(foreign) > 0:
		return nil, fault.New(fault.RuleViolated, "Alcune istanze non sono del decreto.", "Some applications are not of this decree.").
			At("/application_ids", "decree", "non del decreto", "not of this decree").With("application_ids", foreign)
	case len(r.IDs) > 0:
		return r.IDs, nil
	case len(granted) == 0:
		return nil, fault.New(fault.StateConflict, "Il decreto non ha più effetti.", "The decree has no effects any more.")
	}
	return granted, nil
}
