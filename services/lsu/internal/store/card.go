package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// Card is a worker with all that happened to him, month by month.
type Card struct {
	Member

	Movements []JudgedMovement // in the order in which they were processed
	Months    []domain.CardMonth
}

// Card returns the card of a worker as known today and records who looked.
func (d *Desk) Card(ctx context.Context, by auth.Identity, id uuid.UUID, purpose string) (c Card, err error) {
	subject, err := d.subjectOfID(ctx, by.Administration, id)
	if err != nil {
		return c, err
	}
	l := look{action: "worker.read", refused: "worker.refused", subject: subject, purpose: purpose}
	err = d.look(ctx, by, l, func(tx *database.Tx) (int, error) {
		c = Card{}
		tx.Queue("select "+memberColumns+" from workers where id = $1", id).QueryRow(func(r pgx.Row) (err error) {
			c.Member, err = d.scanMember(r)
			return err
		})
		if err := tx.Flush(); err != nil {
			return 0, err
		}
		return 1, d.fill(tx, &c)
	})
	return c, err
}

const (
	movementsOfWorker = "select " + judgedColumns + " from movements where worker_ref = $1 and worker_id = $2 order by seq"
	paidToWorker      = `select month, sum(paid_cents)::bigint from payments where worker_id = $1 group by month`
)

// fill adds to a worker's card all but who he is.
func (d *Desk) fill(tx *database.Tx, c *Card) error {
	var months []domain.Month
	closed, paid := closings{}, map[period.Month]int64{}
	if err := d.queueMonths(tx, MonthFilter{Region: c.Region}, &months); err != nil {
		return err
	}
	closed.queue(tx, c.Region, firstMonth, lastMonth)
	tx.Queue(paidToWorker, c.ID).Query(database.Each(func(r pgx.Rows) error {
		var month period.Month
		var cents int64
		err := r.Scan(&month, &cents)
		paid[month] = cents
		return err
	}))
	life := domain.Life{Worker: c.Worker}
	err := tx.Query(func(r pgx.Rows) error {
		m, err := scanJudged(r)
		c.Movements = append(c.Movements, m)
		if m.Verdict == domain.Accepted {
			life.Movements = append(life.Movements, domain.Recorded{Movement: m.Movement, Learned: *m.Learned, Late: m.Late})
		}
		return err
	}, movementsOfWorker, c.Ref, c.ID)
	if err != nil {
		return err
	}
	rules, err := d.rulesOf(tx, closed[c.Region])
	if err == nil {
		c.Months, err = d.rules().Card(&life, domain.AsKnown(d.Today()), begun(months, d.Today()), rules, paid)
	}
	return err
}

// begun are the months whose first day has come.
func begun(months []domain.Month, today period.Date) (out []period.Month) {
	for _, m := range months {
		if m.Month.First() <= today {
			out = append(out, m.Month)
		}
	}
	return out
}
