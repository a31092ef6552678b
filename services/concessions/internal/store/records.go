package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/page"
	"w2w/services/concessions/internal/domain"
)

// DecreeRecord is what INPS needs to pay one worker of a decree.
type DecreeRecord struct {
	Application domain.Application
	Worker      domain.Worker
	position    int
}

// DecreeRecords is a stretch of a decree's records with the totals of all of them.
type DecreeRecords struct {
	Decree Decree
	Count  int64
	Hours  int64
	Cents  int64
	Items  []DecreeRecord
	Next   string
}

const recordTotals = `select coalesce(sum(workers), 0)::bigint, coalesce(sum(hours), 0)::bigint, coalesce(sum(committed_cents), 0)::bigint
from decree_applications where decree_id = $1 and ended is null`

const selectRecords = `select g.position, a.id, a.administration, a.ref, a.employer, a.instrument, a.concession_type, a.period_from, a.period_to, a.state,
	w.row, w.person, w.qualification, w.contract, w.weekly_hours, w.hours_requested, w.estimate_cents
from decree_applications g join applications a on a.id = g.application_id join application_workers w on w.application_id = a.id and w.codes = '{}'
where g.decree_id = $1 and g.ended is null and (g.position, w.row) > ($2, $3) order by g.position, w.row limit $4`

// Records returns the records of a decree from a cursor and records who looked.
func (d *Desk) Records(ctx context.Context, by auth.Identity, decree uuid.UUID, p page.Page) (out DecreeRecords, err error) {
	position, row, err := parsePlace(p.Cursor)
	if err != nil {
		return out, err
	}
	err = d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		out = DecreeRecords{}
		tx.Queue("select "+decreeColumns+" from decrees where id = $1", decree).QueryRow(func(r pgx.Row) (err error) {
			out.Decree, err = scanDecree(r)
			return err
		})
		tx.Queue(recordTotals, decree).QueryRow(func(r pgx.Row) error { return r.Scan(&out.Count, &out.Hours, &out.Cents) })
		err := tx.Query(func(r pgx.Rows) error {
			x, err := d.scanRecord(r)
			out.Items = append(out.Items, x)
			return err
		}, selectRecords, decree, position, row, p.Size())
		if err != nil {
			return err
		}
		if n := len(out.Items); n == p.Size() {
			last := out.Items[n-1]
			out.Next = placeOf(last.position, last.Worker.Row)
		}
		return audit.Append(tx, audit.Record{Action: "decree.records", Subject: "decree/" + decree.String(), Administration: out.Decree.Administration, By: by,
			Detail: map[string]any{"records": len(out.Items)}})
	})
	return out, err
}

func (d *Desk) scanRecord(r pgx.Row) (x DecreeRecord, err error) {
	a, w := &x.Application, &x.Worker
	var sealed []byte
	err = r.Scan(&x.position, &a.ID, &a.Administration, &a.Ref, &a.Employer, &a.Instrument, &a.ConcessionType, &a.Period.From, &a.Period.To, &a.State,
		&w.Row, &sealed, &w.Qualification, &w.Contract, &w.WeeklyHours, &w.HoursRequested, &w.EstimateCents)
	if err != nil {
		return x, err
	}
	return x, d.unseal(sealed, a, w)
}

// placeOf is the cursor after a record: its application's place in the decree, and its row.
func placeOf(position, row int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d", position, row))
}

func parsePlace(cursor string) (position, row int, err error) {
	if cursor == "" {
		return 0, 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d %d", &position, &row)
	}
	if err != nil || placeOf(position, row) != cursor || min(position, row) < 0 || max(position, row) > math.MaxInt32 {
		return 0, 0, fault.New(fault.RequestInvalid, "Il cursore non è valido.", "The cursor is not valid.").At("query:cursor", "cursor", "cursore non valido", "not a cursor of this list")
	}
	return position, row, nil
}
