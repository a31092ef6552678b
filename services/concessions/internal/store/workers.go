package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/services/concessions/internal/domain"
)

const insertWorkers = `insert into application_workers (application_id, administration, row, person, tax_key, qualification, contract,
	weekly_hours, hired_on, monthly_gross_pay_cents, hours_requested, prior_hours_used, did, codes, estimate_cents)
select $1, $2, u.row, u.person, u.tax_key, u.qualification, u.contract, u.weekly, u.hired, u.pay, u.hours, u.prior, u.did,
	case when u.codes = '' then '{}' else string_to_array(u.codes, ';') end, u.cents
from unnest($3::int[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::int[], $9::date[], $10::bigint[], $11::int[], $12::int[], $13::bool[], $14::text[], $15::bigint[])
	u(row, person, tax_key, qualification, contract, weekly, hired, pay, hours, prior, did, codes, cents)`

// workerColumns are the rows of a list turned by ninety degrees, as unnest takes them.
type workerColumns struct {
	row                     []int
	person, key             [][]byte
	qualification, contract []string
	weekly, hours, prior    []int64
	hired                   []time.Time
	pay, cents              []int64
	did                     []bool
	codes                   []string
}

// insertRows queues a whole list as one statement.
func (d *Desk) insertRows(tx *database.Tx, a *domain.Application, rows []domain.Worker) error {
	var c workerColumns
	for _, w := range rows {
		person, key, err := d.seal(a, w)
		if err != nil {
			return err
		}
		c.add(w, person, key)
	}
	tx.Queue(insertWorkers, a.ID, a.Administration, c.row, c.person, c.key, c.qualification, c.contract, c.weekly, c.hired, c.pay, c.hours, c.prior, c.did, c.codes, c.cents)
	return nil
}

func (c *workerColumns) add(w domain.Worker, person, key []byte) {
	c.row = append(c.row, w.Row)
	c.person, c.key = append(c.person, person), append(c.key, key)
	c.qualification, c.contract = append(c.qualification, w.Qualification), append(c.contract, w.Contract)
	c.weekly, c.hours, c.prior = append(c.weekly, w.WeeklyHours), append(c.hours, w.HoursRequested), append(c.prior, w.PriorHoursUsed)
	c.hired = append(c.hired, w.HiredOn.Time())
	c.pay, c.cents = append(c.pay, w.MonthlyGrossPayCents), append(c.cents, w.EstimateCents)
	c.did = append(c.did, w.DID)
	c.codes = append(c.codes, joinCodes(w.Codes))
}

func joinCodes(codes []domain.RowCode) string {
	out := ""
	for i, c := range codes {
		if i > 0 {
			out += ";"
		}
		out += string(c)
	}
	return out
}

const selectWorkers = `select row, person, tax_key, qualification, contract, weekly_hours, hired_on, monthly_gross_pay_cents, hours_requested,
	prior_hours_used, did, codes, estimate_cents from application_workers where application_id = $1 order by row`

// loadRows returns the list with persons opened, and the key of each row's tax code.
func (d *Desk) loadRows(tx *database.Tx, a *domain.Application) (rows []domain.Worker, keys [][]byte, err error) {
	err = tx.Query(func(r pgx.Rows) error {
		var w domain.Worker
		var person, key []byte
		err := r.Scan(&w.Row, &person, &key, &w.Qualification, &w.Contract, &w.WeeklyHours, &w.HiredOn, &w.MonthlyGrossPayCents,
			&w.HoursRequested, &w.PriorHoursUsed, &w.DID, &w.Codes, &w.EstimateCents)
		if err != nil {
			return err
		}
		if err := d.unseal(person, a, &w); err != nil {
			return err
		}
		rows, keys = append(rows, w), append(keys, key)
		return nil
	}, selectWorkers, a.ID)
	return rows, keys, err
}

// Workers returns the list of one application and records who looked at it.
func (d *Desk) Workers(ctx context.Context, by auth.Identity, id uuid.UUID) (rows []domain.Worker, err error) {
	err = d.db.Update(ctx, by.Administration, func(tx *database.Tx) error {
		var a domain.Application
		err := tx.QueryRow("select id, administration from applications where id = $1", []any{id}, &a.ID, &a.Administration)
		if err != nil {
			return err
		}
		if rows, _, err = d.loadRows(tx, &a); err != nil {
			return err
		}
		return audit.Append(tx, audit.Record{Action: "workers.read", Subject: "application/" + id.String(), Administration: a.Administration, By: by})
	})
	return rows, err
}
