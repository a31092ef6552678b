package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

// JudgedMovement is a movement as it was processed, accepted or not.
type JudgedMovement struct {
	domain.Movement

	ID         uuid.UUID
	Region     string // of the worker; the administration that uploaded it when the worker is unknown
	Verdict    domain.Verdict
	Codes      []domain.Code
	Learned    *period.Month // accepted movements only
	Late       bool
	RecordedAt time.Time
}

const judgedColumns = `id, administration, movement_ref, worker_ref, event, effective_on, received_on, cause, to_entity, weekly_hours, verdict, codes, month_learned,
	late, created_at`

func scanJudged(r pgx.Row) (m JudgedMovement, err error) {
	err = r.Scan(&m.ID, &m.Region, &m.Ref, &m.WorkerRef, &m.Event, &m.EffectiveOn, &m.ReceivedOn, &m.Cause, &m.ToEntity, &m.WeeklyHours, &m.Verdict, &m.Codes,
		&m.Learned, &m.Late, &m.RecordedAt)
	m.RecordedAt = m.RecordedAt.UTC()
	return m, err
}

// MovementFilter narrows a list of movements; days include both ends.
type MovementFilter struct {
	Region                     string
	WorkerRef                  string
	Event                      domain.Event
	Verdict                    domain.Verdict
	ReceivedFrom, ReceivedTo   *period.Date
	EffectiveFrom, EffectiveTo *period.Date
}

func (f MovementFilter) apply(q *gorm.DB) *gorm.DB {
	q = q.Table("movements")
	q = whereEqual(q, equal{"administration", f.Region}, equal{"worker_ref", f.WorkerRef}, equal{"event", string(f.Event)}, equal{"verdict", string(f.Verdict)})
	for _, bound := range []struct {
		condition string
		day       *period.Date
	}{{"received_on >= ?", f.ReceivedFrom}, {"received_on <= ?", f.ReceivedTo}, {"effective_on >= ?", f.EffectiveFrom}, {"effective_on <= ?", f.EffectiveTo}} {
		if bound.day != nil {
			q = q.Where(bound.condition, *bound.day)
		}
	}
	return q
}

// Movements lists movements, newest first, and records who looked: their causes tell of health.
func (d *Desk) Movements(ctx context.Context, by auth.Identity, f MovementFilter, purpose string, p page.Page) (found []JudgedMovement, next string, err error) {
	list := page.List[JudgedMovement]{Rows: f.apply, Columns: judgedColumns, Scan: scanJudged,
		Order: page.Newest(func(m JudgedMovement) (time.Time, uuid.UUID) { return m.RecordedAt, m.ID })}
	l := look{action: "movements.list", refused: "movements.list.refused", subject: "list/movements", purpose: purpose}
	err = d.look(ctx, by, l, func(tx *database.Tx) (int, error) {
		found, next, err = list.ReadIn(tx, by.Administration, p)
		return len(found), err
	})
	return found, next, err
}
