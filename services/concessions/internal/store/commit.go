package store

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/feed"
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
	on, err := d.actDate(by, &decreeDate, "/decree_date")
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
	err = plafond.QueueReserve(tx, plafond.Reservation{Key: accountOf(&a, decreeDate, o.Fund), Reference: commitmentOf(a.ID),
		Cents: a.EstimateCents, StatePercent: share, Act: o.Act, EffectiveOn: decreeDate}, c)
	if err != nil {
		return nil, err
	}
	return c, d.warn(tx, &a, decreeDate)
}

// accountOf is the plafond that an application draws upon: that of the year of its decree.
func accountOf(a *domain.Application, decreeDate period.Date, fund string) plafond.Key {
	return plafond.Key{Administration: a.Administration, Year: decreeDate.Year(), Fund: fund, Family: a.Instrument.Family()}
}

// crossed finds the plafond that a commitment has just taken to the threshold.
const crossed = `select 'plafond/' || a.id as subject, jsonb_build_object('year', a.year, 'fund', a.fund, 'family', a.family,
	'threshold_percent', $2::bigint, 'reference', c.reference, 'assigned_cents', a.assigned_cents, 'available_cents', a.available_cents) as data
from plafond_commitments c join plafond_accounts a on a.id = c.account_id
where c.reference = $1 and (a.assigned_cents - a.available_cents) * 100 >= a.assigned_cents * $2::bigint
	and (a.assigned_cents - a.available_cents - c.committed_cents) * 100 < a.assigned_cents * $2::bigint`

// warn tells the others when the commitment before it takes the plafond over its threshold. It travels with the
// commit too.
func (d *Desk) warn(tx *database.Tx, a *domain.Application, on period.Date) error {
	percent := cmp.Or(d.rules().ThresholdPercent(on), plafond.DefaultThreshold)
	return feed.AppendFound(tx, feed.Event{Type: "it.w2w.concessions.plafond.threshold.v1", Administration: a.Administration}, crossed, commitmentOf(a.ID), percent)
}

// Commitment returns what Commit set aside for an application.
func (d *Desk) Commitment(ctx context.Context, administration string, id uuid.UUID) (plafond.Commitment, error) {
	return plafond.Committed(ctx, d.db, administration, commitmentOf(id))
}
