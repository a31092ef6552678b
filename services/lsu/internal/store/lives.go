package store

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

const (
	selectLives     = `select id, worker_ref, gender, birth_date, administration, pool_entity, pool_hours, in_pool_since from workers where `
	selectMovements = `select worker_id, movement_ref, worker_ref, event, effective_on, received_on, cause, to_entity, weekly_hours, month_learned, late
from movements where verdict = 'ACCEPTED' and `
	inOrderOfWorkers = ` order by id`
	inOrderOfProcess = ` order by worker_id, seq`
)

// queueLives asks for the workers of a Region with their accepted movements, in the order of processing. Who they
// are is not read.
func queueLives(q database.Queuer, region string, into *[]domain.Life) {
	queueLivesWhere(q, into, `administration = $1`, `administration = $1`, region)
}

// queueLivesOf asks for some workers of some Regions; the Regions are for speed.
func queueLivesOf(q database.Queuer, regions []string, workers []uuid.UUID, into *[]domain.Life) {
	queueLivesWhere(q, into, `administration = any($1) and id = any($2)`, `administration = any($1) and worker_id = any($2)`, regions, workers)
}

func queueLivesWhere(q database.Queuer, into *[]domain.Life, workers, movements string, args ...any) {
	*into = nil
	q.Queue(selectLives+workers+inOrderOfWorkers, args...).Query(database.Each(func(r pgx.Rows) error {
		var l domain.Life
		err := r.Scan(&l.ID, &l.Ref, &l.Gender, &l.BirthDate, &l.Region, &l.EntityRef, &l.WeeklyHours, &l.InPoolSince)
		*into = append(*into, l)
		return err
	}))
	q.Queue(selectMovements+movements+inOrderOfProcess, args...).Query(func(rows pgx.Rows) error { return attach(rows, *into) })
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
