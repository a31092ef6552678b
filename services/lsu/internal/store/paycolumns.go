package store

import (
	"cmp"
	"maps"
	"slices"

	"github.com/google/uuid"

	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
)

const insertPaid = `insert into payments (id, administration, payment_ref, worker_id, month, paid_cents, paid_on, reported_on, intake_id, intake_row, intake_line, created_at)
select u.id, u.administration, u.ref, u.worker, u.month, u.cents, u.paid, u.reported, $1, u.row, u.line, $2
from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::date[], $8::bigint[], $9::date[], $10::date[], $11::int[], $12::int[])
	u(id, administration, ref, worker, month, cents, paid, reported, row, line)`

// payColumns are accepted payments turned by ninety degrees, as unnest takes them.
type payColumns struct {
	id, worker            []uuid.UUID
	administration, ref   []string
	month, paid, reported []period.Date
	cents                 []int64
	row, line             []int
}

// insertPayments queues the accepted rows and, for each Region, the event that tells what was paid for its months.
func insertPayments(tx *database.Tx, x JudgedIntake, rows []domain.Row[domain.Payment], b *domain.Payroll) error {
	var c payColumns
	sums := map[domain.RegionMonth]paidMonth{}
	for i, j := range x.Rows {
		if j.Verdict != domain.Accepted {
			continue
		}
		p := rows[i].Value
		who, _ := b.Payee(p)
		c.id, c.worker = append(c.id, uuid.Must(uuid.NewV7())), append(c.worker, who.ID)
		c.administration, c.ref = append(c.administration, who.Region), append(c.ref, p.Ref)
		c.month, c.paid, c.reported = append(c.month, p.Month.First()), append(c.paid, p.PaidOn), append(c.reported, p.ReportedOn)
		c.cents, c.row, c.line = append(c.cents, p.PaidCents), append(c.row, j.Row), append(c.line, j.Line)
		of := domain.RegionMonth{Region: who.Region, Month: p.Month}
		sums[of] = paidMonth{p.Month, sums[of].Payments + 1, sums[of].Cents + p.PaidCents}
	}
	if len(c.id) == 0 {
		return nil
	}
	tx.Queue(insertPaid, x.ID, x.CreatedAt, c.id, c.administration, c.ref, c.worker, c.month, c.cents, c.paid, c.reported, c.row, c.line)
	return tellPaid(tx, x.ID, sums)
}

// paidMonth is what was paid for a month, less what was reversed.
type paidMonth struct {
	Month    period.Month `json:"month"`
	Payments int          `json:"payments"`
	Cents    int64        `json:"cents"`
}

func tellPaid(tx *database.Tx, intake uuid.UUID, sums map[domain.RegionMonth]paidMonth) error {
	byRegion := map[string][]paidMonth{}
	for of, sum := range sums {
		byRegion[of.Region] = append(byRegion[of.Region], sum)
	}
	for _, region := range slices.Sorted(maps.Keys(byRegion)) {
		months := byRegion[region]
		slices.SortFunc(months, func(a, b paidMonth) int { return cmp.Compare(a.Month, b.Month) })
		err := feed.Append(tx, feed.Event{Type: "it.w2w.lsu.payments.reported.v1", Subject: "intake/" + intake.String(), Administration: region,
			Data: map[string]any{"months": months}})
		if err != nil {
			return err
		}
	}
	return nil
}
