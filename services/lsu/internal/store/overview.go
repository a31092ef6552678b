package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/lsu/internal/domain"
)

// The states of a day are those to which the latest acts up to that day led.
const selectOverview = `select c.administration, coalesce(k.office, ''), coalesce(k.email, ''), g.month::date, coalesce(t.to_state, 'OPEN'),
	case t.to_state when 'CLOSED' then r.line end, r.closes_on
from conventions c cross join lateral generate_series(make_date(c.year, 1, 1), make_date(c.year, 12, 1), '1 month') as g(month)
left join contacts k on k.administration = c.administration
left join lateral (select to_state from month_transitions where administration = c.administration and month = g.month and acted_on <= $3
	order by recorded_at desc, id desc limit 1) t on true
left join reports r on r.administration = c.administration and r.month = g.month
where c.year = $1 and g.month >= $2::date order by c.administration, g.month`

// Overview shows a year of the Regions that the administration may see, as it stood on a day.
func (d *Desk) Overview(ctx context.Context, administration string, year int, on period.Date) (o domain.Overview, err error) {
	first, err := d.rules().FirstMonth()
	if err != nil {
		return o, err
	}
	var regions []domain.RegionYear
	var funds []plafond.Balance
	err = d.db.Read(ctx, administration, func(b *pgx.Batch) {
		b.Queue(selectOverview, year, first, on).Query(database.Each(func(r pgx.Rows) error { return d.scanOverview(r, on, &regions) }))
		key, at := account("", year), plafond.AsOf{}
		if on < d.Today() {
			at.EffectiveOn = &on
		}
		plafond.QueueBalances(b, plafond.Filter{Year: year, Fund: key.Fund, Family: key.Family}, at, &funds)
	})
	for i := range regions {
		for _, b := range funds {
			if b.Administration == regions[i].Region {
				regions[i].FundsCents = b.AssignedCents
			}
		}
	}
	return domain.NewOverview(year, regions), err
}

// scanOverview adds a month to its Region, which is the last one or new.
func (d *Desk) scanOverview(r pgx.Rows, on period.Date, into *[]domain.RegionYear) error {
	var y domain.RegionYear
	var m domain.OverviewMonth
	var closed *domain.Line
	var frozen *period.Date
	err := r.Scan(&y.Region, &y.Office, &y.Email, &m.Month, &m.State, &closed, &frozen)
	if err != nil {
		return err
	}
	if m.ClosesOn, err = d.closesOn(m.Month, frozen); err != nil {
		return err
	}
	if n := len(*into); n == 0 || (*into)[n-1].Region != y.Region {
		*into = append(*into, y)
	}
	(*into)[len(*into)-1].Add(m, on, closed)
	return nil
}
