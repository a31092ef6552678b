package store

import (
	"cmp"

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
// funds nothing changes: the file stays ACCOLTA and can be tried again.
func (d *Desk) Commit(tx *database.Tx, by auth.Identity, id uuid.UUID, o Order) (plafond.Commitment, error) {
	decreeDate := o.DecreeDate
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
	key := accountOf(&a, decreeDate, o.Fund)
	c, err := plafond.Reserve(tx, plafond.Reservation{Key: key, Reference: commitmentOf(a.ID), Cents: a.EstimateCents,
		StatePercent: share, Act: o.Act, EffectiveOn: decreeDate})
	if err != nil {
		return c, err
	}
	return c, d.warn(tx, key, c, decreeDate)
}

// accountOf is the plafond that an application draws upon: that of the year of its decree.
func accountOf(a *domain.Application, decreeDate period.Date, fund string) plafond.Key {
	return plafond.Key{Administration: a.Administration, Year: decreeDate.Year(), Fund: fund, Family: a.Instrument.Family()}
}

// warn tells the others when a commitment takes a plafond over its threshold. The event travels with the
// commit, so that it costs no round trip.
func (d *Desk) warn(tx *database.Tx, key plafond.Key, c plafond.Commitment, on period.Date) error {
	percent := cmp.Or(d.rules().ThresholdPercent(on), plafond.DefaultThreshold)
	if !c.Crosses(percent) {
		return nil
	}
	return feed.Append(tx, feed.Event{Type: "it.w2w.concessions.plafond.threshold.v1", Subject: "plafond/" + c.Account.String(), Administration: key.Administration,
		Data: map[string]any{"year": key.Year, "fund": cmp.Or(key.Fund, plafond.DefaultFund), "family": key.Family, "threshold_percent": percent,
			"reference": c.Reference, "assigned_cents": c.AssignedCents, "available_cents": c.ResidualAfterCents}})
}
