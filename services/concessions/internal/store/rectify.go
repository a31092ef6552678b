package store

import (
	"bytes"
	"fmt"
	"slices"

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
	on, err := by.ActDate(d.clock, x.On, "/acted_on")
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
	renamed := false
	for _, x := range changed {
		at := slices.IndexFunc(rows, func(w domain.Worker) bool { return w.Row == x.Row })
		w := rows[at]
		person, key, err := d.seal(a, w)
		if err != nil {
			return err
		}
		renamed = renamed || !bytes.Equal(key, keys[at])
		keys[at] = key
		tx.Queue(updateRectified, a.ID, w.Row, person, key, w.Qualification, w.Contract, w.WeeklyHours)
	}
	if !renamed {
		return nil
	}
	return coverAgain(tx, a, changed, rows, keys, d.rules().ForbidOverlaps(a.FiledOn))
}

// coverAgain covers the persons as they are named now, and refuses one whom another file covers already.
func coverAgain(tx *database.Tx, a *domain.Application, changed []domain.Rectification, rows []domain.Worker, keys [][]byte, forbidden bool) error {
	covered, err := cover(tx, a, rows, keys, forbidden)
	if err != nil || !forbidden {
		return err
	}
	for i, x := range changed {
		if !covered[x.Row] {
			reason := domain.PeriodOverlap.Reason()
			return fault.New(fault.RuleViolated, reason.Text.IT, reason.Text.EN).
				At(fmt.Sprintf("/rows/%d/tax_code", i), string(domain.PeriodOverlap), reason.Text.IT, reason.Text.EN)
		}
	}
	return nil
}
