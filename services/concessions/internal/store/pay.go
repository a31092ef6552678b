package store

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
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

// Pay books a month's payments: for a month of the period, within the authorisation, only to accepted rows,
// each row once a month.
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
	if err := p.inPeriod(a.Period); err != nil {
		return err
	}
	if err := p.payable(tx); err != nil {
		return err
	}
	if err := p.authorised(tx); err != nil {
		return err
	}
	tx.Queue(`insert into inps_payments (application_id, administration, row, month, hours, cents, receipt_number)
		select $1, $2, r, $3, h, c, $4 from unnest($5::int[], $6::bigint[], $7::bigint[]) u(r, h, c)`,
		a.ID, a.Administration, p.Month, p.ReceiptNumber, p.Rows, p.Hours, p.Cents)
	if err := p.tell(tx, &a, by); err != nil {
		return err
	}
	return plafond.Spend(tx, plafond.Posting{Reference: commitmentOf(a.ID), Cents: sum(p.Cents), Act: p.ReceiptNumber, EffectiveOn: on})
}

// tell queues the event for the others and the audit record.
func (p Payments) tell(tx *database.Tx, a *domain.Application, by auth.Identity) error {
	what := map[string]any{"month": p.Month.String()[:len("2010-04")], "receipt_number": p.ReceiptNumber, "rows": len(p.Rows), "hours": sum(p.Hours), "cents": sum(p.Cents)}
	subject := "application/" + a.ID.String()
	err := feed.Append(tx, feed.Event{Type: "it.w2w.concessions.application.paid.v1", Subject: subject, Administration: a.Administration, Data: what})
	if err != nil {
		return err
	}
	return audit.Append(tx, audit.Record{Action: "application.pay", Subject: subject, Administration: a.Administration, By: by, Detail: what})
}

func (p Payments) inPeriod(granted period.Period) error {
	if slices.ContainsFunc(granted.Months(), func(m period.MonthPart) bool { return m.First() == p.Month }) {
		return nil
	}
	return fault.New(fault.RuleViolated, "Il mese è fuori dal periodo dell'istanza.", "The month is outside the period of the application.").
		At("/month", "period", fmt.Sprintf("tra %s e %s", granted.From, granted.To), fmt.Sprintf("between %s and %s", granted.From, granted.To))
}

const unpayable = `select u.n - 1, w.row is null from unnest($2::int[]) with ordinality u(row, n)
left join application_workers w on w.application_id = $1 and w.row = u.row and w.codes = '{}'
left join inps_payments p on p.application_id = $1 and p.row = u.row and p.month = $3
where w.row is null or p.row is not null order by u.n limit 1`

// payable refuses a row that stands twice, is not an accepted one, or was paid for this month already.
func (p Payments) payable(tx *database.Tx) error {
	seen := map[int]bool{}
	for i, row := range p.Rows {
		if seen[row] {
			return fault.New(fault.RuleViolated, "Una riga compare due volte.", "A row stands twice.").
				At(fmt.Sprintf("/rows/%d/row", i), "duplicate", "riga ripetuta", "repeated row")
		}
		seen[row] = true
	}
	var at int
	var unknown bool
	err := tx.QueryRow(unpayable, []any{p.ApplicationID, p.Rows, p.Month}, &at, &unknown)
	pointer := fmt.Sprintf("/rows/%d/row", at)
	switch {
	case noRows(err):
		return nil
	case err != nil:
		return err
	case unknown:
		return fault.New(fault.RuleViolated, "Una riga non è ammessa nell'istanza.", "A row is not an accepted one of the application.").
			At(pointer, "row", "riga non pagabile", "row that can't be paid")
	default:
		return fault.New(fault.AlreadyExists, "Il mese di una riga è già pagato.", "The month of a row is paid already.").
			At(pointer, "taken", "mese già pagato", "month paid already")
	}
}

// room is what an authorisation leaves after the payments so far.
const room = `select a.hours - coalesce(sum(p.hours), 0)::bigint, a.cents - coalesce(sum(p.cents), 0)::bigint
from inps_authorisations a left join inps_payments p using (application_id) where a.application_id = $1 group by a.hours, a.cents`

func (p Payments) authorised(tx *database.Tx) error {
	var hours, cents int64
	if err := tx.QueryRow(room, []any{p.ApplicationID}, &hours, &cents); err != nil {
		return err
	}
	if sum(p.Hours) <= hours && sum(p.Cents) <= cents {
		return nil
	}
	return fault.New(fault.RuleViolated, fmt.Sprintf("Restano autorizzate %d ore e %d centesimi.", hours, cents),
		fmt.Sprintf("%d hours and %d cents are left of the authorisation.", hours, cents)).
		At("/rows", "authorisation", "oltre l'autorizzazione", "beyond the authorisation").
		With("hours_left", hours).With("cents_left", cents)
}
