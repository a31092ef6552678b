package store

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

const (
	livesOf     = `select id, worker_ref, gender, birth_date, administration, pool_entity, pool_hours, in_pool_since from workers where administration = $1 order by id`
	movementsOf = `select worker_id, movement_ref, worker_ref, event, effective_on, received_on, cause, to_entity, weekly_hours, month_learned, late
from movements where administration = $1 and verdict = 'ACCEPTED' order by worker_id, seq`
)

// queueLives asks for the workers of a Region with their accepted movements, in the order of processing. Who they
// are is not read.
func queueLives(q queue, region string, into *[]domain.Life) {
	q.Queue(livesOf, region).Query(func(rows pgx.Rows) error {
		*into = nil
		for rows.Next() {
			var l domain.Life
			if err := rows.Scan(&l.ID, &l.Ref, &l.Gender, &l.BirthDate, &l.Region, &l.EntityRef, &l.WeeklyHours, &l.InPoolSince); err != nil {
				return err
			}
			*into = append(*into, l)
		}
		return rows.Err()
	})
	q.Queue(movementsOf, region).Query(func(rows pgx.Rows) error { return attach(rows, *into) })
}

// attach gives the movements to their workers: both come in the order of the worker's id.
func attach(rows pgx.Rows, lives []domain.Life) error {
	next := 0
	for rows.Next() {
		var worker uuid.UUID
		m, err := scanRecorded(rows, &worker)
		if err != nil {
			return err
		}
		for next < len(lives) && lives[next].ID != worker {
			next++
		}
		if next < len(lives) { // a worker that came meanwhile is not among them
			lives[next].Movements = append(lives[next].Movements, m)
		}
	}
	return rows.Err()
}

func scanRecorded(rows pgx.Rows, worker *uuid.UUID) (m domain.Recorded, err error) {
	var learned period.Date
	err = rows.Scan(worker, &m.Ref, &m.WorkerRef, &m.Event, &m.EffectiveOn, &m.ReceivedOn, &m.Cause, &m.ToEntity, &m.WeeklyHours, &learned, &m.Late)
	m.Learned = period.MonthOf(learned)
	return m, err
}
