package store

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/concessions/internal/domain"
)

func commitmentOf(application uuid.UUID) string { return "application/" + application.String() }

// Order says by which act and from which fund money is set aside.
type Order struct {
	DecreeDate period.Date
	Act        string
	Fund       string // plafond.DefaultFund when empty
}

// Commit sets the estimate of a granted application aside in the plafond of the decree's year. Without
// funds nothing changes: the file stays ACCOLTA and can be tried again. The commitment is filled when the
// transaction has succeeded.
func (d *Desk) Commit(tx *database.Tx, by auth.Identity, id uuid.UUID, o Order) (*plafond.Commitment, error) {
	decreeDate := o.DecreeDate
	on, err := by.ActDate(d.clock, &decreeDate, "/decree_date")
	if err != nil {
		return nil, err
	}
	a, err := lock(tx, id)
	if err != nil {
		return nil, err
	}
	was := a.Version
	step, err := a.Apply(domain.Act{Event: domain.Commit, By: by, On: on})
	if err != nil {
		return nil, err
	}
	share, err := d.rules().StatePercent(decreeDate)
	if err != nil {
		return nil, err
	}
	d.save(tx, &a, was)
	if err := record(tx, &a, step); err != nil {
		return nil, err
	}
	// The reservation comes last and travels with the commit: a hot plafond is locked for no longer than
	// PostgreSQL needs to make the commit durable.
	c := &plafond.Commitment{}
	return c, plafond.QueueReserve(tx, plafond.Reservation{Key: accountOf(&a, decreeDate, o.Fund), Reference: commitmentOf(a.ID),
		Cents: a.EstimateCents, StatePercent: share, Act: o.Act, EffectiveOn: decreeDate,
		Warning: &plafond.Warning{Event: "it.w2w.concessions.plafond.threshold.v1", Percent: cmp.Or(d.rules().ThresholdPercent(on), plafond.DefaultThreshold)},
	}, c)
}

// accountOf is the plafond that an application draws upon: that of the year of its decree.
func accountOf(a *domain.Application, decreeDate period.Date, fund string) plafond.Key {
	return plafond.Key{Administration: a.Administration, Year: decreeDate.Year(), Fund: fund, Family: a.Instrument.Family()}
}

// Commitment returns what Commit set aside for an application.
func (d *Desk) Commitment(ctx context.Context, administration string, id uuid.UUID) (plafond.Commitment, error) {
	return plafond.Committed(ctx, d.db, administration, commitmentOf(id))
}
