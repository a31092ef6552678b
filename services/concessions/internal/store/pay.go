package store

import (
	"fmt"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/concessions/internal/domain"
)

// Payments are what INPS paid for one month of an application, row by row.
type Payments struct {
	ApplicationID uuid.UUID
	Month         period.Date // its first day
	ReceiptNumber string
	Rows          []int
	Hours         []int64
	Cents         []int64
}

func sum(list []int64) (n int64) {
	for _, x := range list {
		n += x
	}
	return n
}

// room is what an authorisation leaves after the payments so far.
const room = `select a.hours - coalesce(sum(p.hours), 0)::bigint, a.cents - coalesce(sum(p.cents), 0)::bigint,
	(select count(*) from application_workers w where w.application_id = $1 and w.row = any($2) and w.codes = '{}')
from inps_authorisations a left join inps_payments p using (application_id) where a.application_id = $1 group by a.hours, a.cents`

// Pay books a month's payments: within the authorisation, only to accepted rows, each row once a month.
func (d *Desk) Pay(tx *database.Tx, by auth.Identity, p Payments) error {
	a, err := lock(tx, p.ApplicationID)
	if err != nil {
		return err
	}
	on := period.FromTime(d.clock.Today())
	if a.State != domain.BeingPaid {
		if err := d.step(tx, &a, domain.Act{Event: domain.StartPayment, By: by, On: on}); err != nil {
			return err
		}
	}
	var hours, cents, known int64
	if err := tx.QueryRow(room, []any{a.ID, p.Rows}, &hours, &cents, &known); err != nil {
		return err
	}
	switch {
	case known != int64(len(p.Rows)):
		return fault.New(fault.RuleViolated, "Una riga non è ammessa o compare due volte.", "A row is not accepted or stands twice.").At("/rows", "row", "riga non pagabile", "row that can't be paid")
	case sum(p.Hours) > hours || sum(p.Cents) > cents:
		return fault.New(fault.RuleViolated, fmt.Sprintf("Restano autorizzate %d ore e %d centesimi.", hours, cents),
			fmt.Sprintf("%d hours and %d cents are left of the authorisation.", hours, cents)).At("/rows", "authorisation", "oltre l'autorizzazione", "beyond the authorisation")
	}
	tx.Queue(`insert into inps_payments (application_id, administration, row, month, hours, cents, receipt_number)
		select $1, $2, r, $3, h, c, $4 from unnest($5::int[], $6::bigint[], $7::bigint[]) u(r, h, c)`,
		a.ID, a.Administration, p.Month, p.ReceiptNumber, p.Rows, p.Hours, p.Cents)
	return plafond.Spend(tx, plafond.Posting{Reference: commitmentOf(a.ID), Cents: sum(p.Cents), Act: p.ReceiptNumber, EffectiveOn: on})
}
