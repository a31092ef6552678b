package store

import (
	"cmp"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/lsu/internal/domain"
)

// EnterPool loads workers of the closed pool from a list, whose order counts; a row that fails stops no other.
func (d *Desk) EnterPool(tx *database.Tx, by auth.Identity, rows []domain.Row[domain.Worker]) (JudgedIntake, error) {
	if err := domain.ForAllRegions(by); err != nil {
		return JudgedIntake{}, err
	}
	d, err := d.settled(tx, lockRegister)
	if err != nil {
		return JudgedIntake{}, err
	}
	hours, err := d.rules().WeeklyHours()
	if err != nil {
		return JudgedIntake{}, err
	}
	before, err := d.poolBefore(tx, rows)
	if err != nil {
		return JudgedIntake{}, err
	}
	id, at := uuid.Must(uuid.NewV7()), d.clock()
	c := workerRows{entered: map[string][]enteredWorker{}}
	judged := make([]domain.Judged, len(rows))
	for i, row := range rows {
		judged[i] = before.judge(row)
		if judged[i].Verdict != domain.Accepted {
			continue
		}
		row.Value.WeeklyHours = cmp.Or(row.Value.WeeklyHours, int(hours))
		if err := c.add(d, row, before.keys[row.Value.Person.TaxCode]); err != nil {
			return JudgedIntake{}, err
		}
		if len(c.id) == sentAtOnce {
			if err := c.send(tx, id, at, false); err != nil {
				return JudgedIntake{}, err
			}
		}
	}
	if err := c.send(tx, id, at, true); err != nil {
		return JudgedIntake{}, err
	}
	return keepIntake(d, tx, by, Intake{ID: id, Kind: domain.PoolList}, rows, judged)
}
