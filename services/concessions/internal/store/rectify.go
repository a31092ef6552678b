package store

import (
	"bytes"
	"fmt"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
)

// Rectification corrects what INPS refused, by an act.
type Rectification struct {
	Rows           []domain.Correction
	Reason         string
	DocumentSHA256 string
	On             *period.Date
}

// RectificationRoles may rectify; one is enough.
func RectificationRoles() []string { return []string{domain.ScopeExamine, domain.ScopeDecree} }

// Rectify corrects rows of a discarded application, whose money stays as decreed. The transition tells which
// fields changed, never what they say.
func (d *Desk) Rectify(tx *database.Tx, by auth.Identity, id uuid.UUID, x Rectification) (Judged, error) {
	on, err := d.actDate(by, x.On, "/acted_on")
	if err != nil {
		return Judged{}, err
	}
	a, err := lock(tx, id)
	if err != nil {
		return Judged{}, err
	}
	act := domain.Act{Event: domain.Rectify, By: by, On: on, Reason: x.Reason, DocumentSHA256: x.DocumentSHA256}
	if _, err := domain.Transitions().Next(a.State, act.Event); err != nil {
		return Judged{}, err
	}
	rows, keys, err := d.loadRows(tx, &a)
	if err != nil {
		return Judged{}, err
	}
	changed, err := domain.CorrectGranted(a.Terms(), rows, x.Rows, d.rules())
	if err != nil {
		return Judged{}, err
	}
	if err := d.rewrite(tx, &a, changed, rows, keys); err != nil {
		return Judged{}, err
	}
	act.Detail = map[string]any{"rows": changed}
	return Judged{a, rows}, d.step(tx, &a, act)
}

const updateRectified = `update application_workers set person = $3, tax_key = $4, qualification = $5, contract = $6, weekly_hours = $7
where application_id = $1 and row = $2`

// rewrite seals the persons anew; another tax code must be free in the period, and covers it from now on.
func (d *Desk) rewrite(tx *database.Tx, a *domain.Application, changed []domain.Rectification, rows []domain.Worker, keys [][]byte) error {
	occupied := false
	for i, x := range changed {
		for at, w := range rows {
			if w.Row != x.Row {
				continue
			}
			person, err := d.people.Seal(Person{w.TaxCode, w.FamilyName, w.GivenName}, a.Administration, a.ID.String(), w.Row)
			if err != nil {
				return err
			}
			key, err := d.people.Key(w.TaxCode)
			if err != nil {
				return err
			}
			if !bytes.Equal(key, keys[at]) {
				if err := free(tx, a, key, i); err != nil {
					return err
				}
				keys[at], occupied = key, true
			}
			tx.Queue(updateRectified, a.ID, w.Row, person, key, w.Qualification, w.Contract, w.WeeklyHours)
		}
	}
	if occupied {
		cover(tx, a, rows, keys)
	}
	return nil
}

func free(tx *database.Tx, a *domain.Application, key []byte, at int) error {
	var covered []bool
	err := tx.QueryRow("select periods_overlap($1, daterange($2, $3, '[]'), $4)", []any{[][]byte{key}, a.Period.From, a.Period.To, a.ID}, &covered)
	if err != nil || !covered[0] {
		return err
	}
	reason := domain.PeriodOverlap.Reason()
	return fault.New(fault.RuleViolated, reason.Text.IT, reason.Text.EN).
		At(fmt.Sprintf("/rows/%d/tax_code", at), string(domain.PeriodOverlap), reason.Text.IT, reason.Text.EN)
}
