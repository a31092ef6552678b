package store

import (
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Authorisation is INPS's permission to pay an application, up to hours and cents.
type Authorisation struct {
	ApplicationID uuid.UUID
	Number        string
	On            period.Date
	Hours         int64
	Cents         int64
}

const grantOf = `select g.hours, g.committed_cents, d.decree_date from decree_applications g join decrees d on d.id = g.decree_id
where g.application_id = $1 and g.ended is null`

// Authorise records an authorisation, within what the decree grants.
func (d *Desk) Authorise(tx *database.Tx, by auth.Identity, x Authorisation) error {
	a, err := lock(tx, x.ApplicationID)
	if err != nil {
		return err
	}
	if err := d.step(tx, &a, domain.Act{Event: domain.Authorise, By: by, On: x.On, Detail: map[string]any{"number": x.Number}}); err != nil {
		return err
	}
	var granted Authorisation
	if err := tx.QueryRow(grantOf, []any{a.ID}, &granted.Hours, &granted.Cents, &granted.On); err != nil {
		return err
	}
	if err := x.within(granted); err != nil {
		return err
	}
	tx.Queue("insert into inps_authorisations (application_id, administration, number, authorised_on, hours, cents) values ($1, $2, $3, $4, $5, $6)",
		a.ID, a.Administration, x.Number, x.On, x.Hours, x.Cents)
	return nil
}

func (x Authorisation) within(granted Authorisation) error {
	f := fault.New(fault.RuleViolated, "L'autorizzazione supera quanto decretato.", "The authorisation exceeds what was decreed.")
	for _, limit := range []struct {
		pointer        string
		asked, granted int64
	}{{"/hours", x.Hours, granted.Hours}, {"/cents", x.Cents, granted.Cents}} {
		if limit.asked > limit.granted {
			f.At(limit.pointer, "maximum", fmt.Sprintf("al massimo %d", limit.granted), fmt.Sprintf("at most %d", limit.granted))
		}
	}
	if x.On < granted.On {
		f.At("/authorised_on", "minimum", "prima del decreto", "before the decree")
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

// AuthorisationTaken tells a number that another application has from other failures.
func AuthorisationTaken(err error) error {
	if database.Constraint(err) != "inps_authorisations_number_key" {
		return err
	}
	return fault.New(fault.AlreadyExists, "Il numero di autorizzazione è di un'altra istanza.", "The authorisation number is that of another application.").
		At("/number", "taken", "numero già usato", "taken by another application")
}

func noRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }
