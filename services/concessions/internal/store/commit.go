package store

import (
	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/concessions/internal/domain"
)

func commitmentOf(application uuid.UUID) string { return "application/" + application.String() }

// Commit sets the estimate of a granted application aside in the plafond of the decree's year. Without
// funds nothing changes: the file stays ACCOLTA and can be tried again.
func (d *Desk) Commit(tx *database.Tx, by auth.Identity, id uuid.UUID, decreeDate period.Date, act string) (plafond.Commitment, error) {
	on, err := d.actDate(by, &decreeDate, "/decree_date")
	if err != nil {
		return plafond.Commitment{}, err
	}
	a, err := lock(tx, id)
	if err != nil {
		return plafond.Commitment{}, err
	}
	was := a.Version
	step, err := a.Apply(domain.Act{Event: domain.Commit, By: by, On: on})
	if err != nil {
		return plafond.Commitment{}, err
	}
	share, err := d.rules().StatePercent(decreeDate)
	if err != nil {
		return plafond.Commitment{}, err
	}
	d.save(tx, &a, was)
	if err := record(tx, &a, step); err != nil {
		return plafond.Commitment{}, err
	}
	// The reservation comes last: it travels with the queued rows, and the lock on a hot plafond is held
	// only until the commit.
	return plafond.Reserve(tx, plafond.Reservation{
		Key:       plafond.Key{Administration: a.Administration, Year: decreeDate.Year(), Family: a.Instrument.Family()},
		Reference: commitmentOf(a.ID), Cents: a.EstimateCents, StatePercent: share, Act: act, EffectiveOn: decreeDate,
	})
}
