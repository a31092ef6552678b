package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/page"
	"w2w/pkg/period"
)

// ReportedPayment is a payment as INPS reported it.
type ReportedPayment struct {
	ID         uuid.UUID
	Ref        string
	Region     string
	WorkerID   uuid.UUID
	WorkerRef  string
	Month      period.Month
	PaidCents  int64
	PaidOn     period.Date
	ReportedOn period.Date
	RecordedAt time.Time
}

const reportedColumns = `id, payment_ref, administration, worker_id, (select w.worker_ref from workers w where w.id = payments.worker_id), month, paid_cents,
	paid_on, reported_on, created_at`

func scanReported(r pgx.Row) (p ReportedPayment, err error) {
	err = r.Scan(&p.ID, &p.Ref, &p.Region, &p.WorkerID, &p.WorkerRef, &p.Month, &p.PaidCents, &p.PaidOn, &p.ReportedOn, &p.RecordedAt)
	p.RecordedAt = p.RecordedAt.UTC()
	return p, err
}

// PaymentFilter narrows a list of payments.
type PaymentFilter struct {
	Region    string
	Month     *period.Month
	WorkerRef string
}

func (f PaymentFilter) apply(q *gorm.DB) *gorm.DB {
	q = whereEqual(q.Table("payments"), equal{"administration", f.Region})
	if f.Month != nil {
		q = q.Where("month = ?", *f.Month)
	}
	if f.WorkerRef != "" {
		q = q.Where("worker_id = (select w.id from workers w where w.worker_ref = ?)", f.WorkerRef)
	}
	return q
}

// Payments lists payments, newest first. They name nobody.
func (d *Desk) Payments(ctx context.Context, administration string, f PaymentFilter, p page.Page) ([]ReportedPayment, string, error) {
	return page.List[ReportedPayment]{Rows: f.apply, Columns: reportedColumns, Scan: scanReported,
		Order: page.Newest(func(p ReportedPayment) (time.Time, uuid.UUID) { return p.RecordedAt, p.ID })}.Read(ctx, d.db, administration, p)
}
