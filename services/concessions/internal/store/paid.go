package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"w2w/pkg/page"
)

// PaidMonth is what INPS paid to one row for one month.
type PaidMonth struct {
	Month         string `json:"month"`
	Hours         int64  `json:"hours"`
	Cents         int64  `json:"cents"`
	ReceiptNumber string `json:"receipt_number"`
}

// PaidRow sets what one row was granted against what it was paid; it names nobody.
type PaidRow struct {
	Row          int
	GrantedHours int64
	GrantedCents int64
	PaidHours    int64
	PaidCents    int64
	Months       []PaidMonth
}

// paidRows counts as granted what a decree grants, ended or not.
const paidRows = `select w.row, case when g.granted then w.hours_requested else 0 end::bigint, case when g.granted then w.estimate_cents else 0 end,
	coalesce(p.hours, 0)::bigint, coalesce(p.cents, 0)::bigint, coalesce(p.months, '[]')
from application_workers w
cross join (select exists (select 1 from decree_applications where application_id = $1) as granted) g
left join (select row, sum(hours) hours, sum(cents) cents, jsonb_agg(jsonb_build_object('month', to_char(month, 'YYYY-MM'), 'hours', hours,
	'cents', cents, 'receipt_number', receipt_number) order by month) months from inps_payments where application_id = $1 group by row) p using (row)
where w.application_id = $1 and w.codes = '{}' order by w.row`

// PaidRows lists the accepted rows of an application with their payments, in one round trip.
func (d *Desk) PaidRows(ctx context.Context, administration string, id uuid.UUID) (rows []PaidRow, err error) {
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue("select id from applications where id = $1", id).QueryRow(func(r pgx.Row) error { return r.Scan(&id) })
		b.Queue(paidRows, id).Query(func(r pgx.Rows) (err error) {
			rows, err = pgx.CollectRows(r, pgx.RowToStructByPos[PaidRow])
			return err
		})
	})
	return rows, err
}

// StoredReceipt is a receipt as it was recorded.
type StoredReceipt struct {
	ID         uuid.UUID
	Overall    string
	ReceivedAt time.Time
	Receipt
}

func scanReceipt(r pgx.Row) (x StoredReceipt, err error) {
	err = r.Scan(&x.ID, &x.DecreeID, &x.Correlation, &x.FileID, &x.Level, &x.Overall, &x.Code, &x.Field, &x.Records, &x.ReceivedAt)
	return x, err
}

// Receipts lists what INPS answered to a decree, newest first.
func (d *Desk) Receipts(ctx context.Context, administration string, decree uuid.UUID, p page.Page) ([]StoredReceipt, string, error) {
	if _, err := d.Decree(ctx, administration, decree); err != nil {
		return nil, "", err
	}
	list := page.List[StoredReceipt]{Rows: func(q *gorm.DB) *gorm.DB { return q.Table("inps_receipts").Where("decree_id = ?", decree) },
		Columns: "id, decree_id, transmission_id, file_id, level, outcome, coalesce(code, ''), coalesce(field, ''), records, received_at", Scan: scanReceipt,
		Order: page.Order[StoredReceipt]{Descending: true, Keys: []page.Key[StoredReceipt]{
			page.Moment("received_at", func(x StoredReceipt) time.Time { return x.ReceivedAt }),
			page.ID("id", func(x StoredReceipt) uuid.UUID { return x.ID }),
		}}}
	return list.Read(ctx, d.db, administration, p)
}
