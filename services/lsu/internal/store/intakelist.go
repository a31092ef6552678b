package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/database"
	"w2w/pkg/page"
	"w2w/services/lsu/internal/domain"
)

const intakeColumns = "id, kind, client, actor, accepted, rejected, unread, created_at"

func scanIntake(r pgx.Row) (x Intake, err error) {
	err = r.Scan(&x.ID, &x.Kind, &x.Client, &x.Actor, &x.Accepted, &x.Rejected, &x.Unread, &x.CreatedAt)
	x.Rows = x.Accepted + x.Rejected + x.Unread
	return x, err
}

// Intakes lists what the administration uploaded, newest first; a kind that is not empty narrows it.
func (d *Desk) Intakes(ctx context.Context, administration string, kind domain.IntakeKind, p page.Page) ([]Intake, string, error) {
	rows := func(q *gorm.DB) *gorm.DB {
		if q = q.Table("intakes"); kind != "" {
			q = q.Where("kind = ?", kind)
		}
		return q
	}
	list := page.List[Intake]{Rows: rows, Columns: intakeColumns, Scan: scanIntake,
		Order: page.Newest(func(x Intake) (time.Time, uuid.UUID) { return x.CreatedAt, x.ID })}
	return list.Read(ctx, d.db, administration, p)
}

const selectIntake = "select " + intakeColumns + " from intakes where id = $1"

// Intake returns one intake.
func (d *Desk) Intake(ctx context.Context, administration string, id uuid.UUID) (x Intake, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(selectIntake, id).QueryRow(func(r pgx.Row) (err error) {
			x, err = scanIntake(r)
			return err
		})
	})
	return x, err
}

// acceptedOf is what the accepted rows of each kind of list became.
var acceptedOf = map[domain.IntakeKind]string{
	domain.EntityList:   "select intake_row, intake_line, entity_ref from entities where intake_id = $1",
	domain.PoolList:     "select intake_row, intake_line, worker_ref from workers where intake_id = $1",
	domain.MovementList: "select intake_row, intake_line, movement_ref from movements where intake_id = $1 and verdict = 'ACCEPTED'",
	domain.PaymentList:  "select intake_row, intake_line, payment_ref from payments where intake_id = $1",
}

// IntakeRows returns the verdict of each row of an intake, in the order of the list.
func (d *Desk) IntakeRows(ctx context.Context, administration string, id uuid.UUID) (rows []domain.Judged, err error) {
	err = d.db.Update(ctx, administration, func(tx *database.Tx) error {
		var x Intake
		tx.Queue(selectIntake, id).QueryRow(func(r pgx.Row) (err error) {
			x, err = scanIntake(r)
			return err
		})
		if err := tx.Flush(); err != nil {
			return err
		}
		rows = make([]domain.Judged, 0, x.Rows)
		return tx.Query(func(r pgx.Rows) error {
			var j domain.Judged
			err := r.Scan(&j.Row, &j.Line, &j.Reference, &j.Verdict, &j.Codes, &j.Reasons)
			rows = append(rows, j)
			return err
		}, `select a.*, 'ACCEPTED', '{}'::text[], '[]'::jsonb from (`+acceptedOf[x.Kind]+`) a
union all select row, line, reference, verdict, codes, reasons from failed_rows where intake_id = $1 order by 1`, id)
	})
	return rows, err
}
