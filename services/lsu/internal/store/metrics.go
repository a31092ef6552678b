package store

import (
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
	"w2w/pkg/period"
)

// All are asked at every scrape of every replica: they read few rows, an index alone, or the payments of a month.
const (
	countByState     = `select administration, state, count(*)::float8 from workers group by administration, state`
	countCorrections = `select administration, count(*)::float8 from movements where late group by administration` // of the index movements_late
	countUnpaid      = `select r.administration, count(*) filter (where not exists
		(select 1 from payments p where p.administration = r.administration and p.month = r.month))::float8 from reports r group by r.administration`
	// By the newest month alone: how the payments of all differ, GET /differences tells.
	newestDifference = `select a.administration, (r.line->>'DueCents')::float8 - paid.cents from (select distinct administration from reports) a
		cross join lateral (select month from payments p where p.administration = a.administration order by month desc limit 1) newest
		join reports r on r.administration = a.administration and r.month = newest.month
		cross join lateral (select sum(paid_cents)::float8 as cents from payments p where p.administration = a.administration and p.month = newest.month) paid`
)

// NewCollector makes the collector that shows how large the pool is, which months are missing, what INPS has not
// paid, and how much was learned late.
func (d *Desk) NewCollector() *database.Collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("w2w_lsu_"+name, help, append([]string{"region"}, labels...), nil)
	}
	workers := desc("workers", "Workers of the pool by Region and state.", "state")
	missing := desc("months_missing", "Months of conventions whose closing date has passed and that are not closed.")
	oldest := desc("oldest_missing_month_days", "Days since the closing date of the oldest missing month; 0 without one.")
	corrections := desc("corrections", "Movements that were received after the closing date of the month in which they take effect.")
	difference := desc("difference_cents", "What was due for the newest month for which INPS has reported payments, less what it paid.")
	unpaid := desc("months_unpaid", "Closed months for which INPS has reported no payment.")
	return database.NewCollector(d.db, func(b *pgx.Batch, to chan<- prometheus.Metric) {
		gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
		}
		b.Queue(countByState).Query(database.Each(func(r pgx.Rows) error {
			var region, state string
			var n float64
			err := r.Scan(&region, &state, &n)
			gauge(workers, n, region, state)
			return err
		}))
		for query, of := range map[string]*prometheus.Desc{countCorrections: corrections, countUnpaid: unpaid, newestDifference: difference} {
			b.Queue(query).Query(database.Each(func(r pgx.Rows) error {
				var region string
				var n float64
				err := r.Scan(&region, &n)
				gauge(of, n, region)
				return err
			}))
		}
		err := d.queueMissing(b, func(region string, m missingMonths) {
			gauge(missing, float64(m.months), region)
			gauge(oldest, float64(m.oldestDays), region)
		})
		if err != nil {
			to <- prometheus.NewInvalidMetric(missing, err)
		}
	}, workers, missing, oldest, corrections, unpaid, difference)
}

// missingMonths are those of a Region whose closing date has passed without their being closed.
type missingMonths struct{ months, oldestDays int }

// queueMissing asks for the missing months of every Region that has a convention.
func (d *Desk) queueMissing(q database.Queuer, show func(region string, m missingMonths)) error {
	first, err := d.rules().FirstMonth()
	if err != nil {
		return err
	}
	today := d.Today()
	q.Queue(selectMonths, first, "", 0, "", (*period.Month)(nil)).Query(func(rows pgx.Rows) error {
		found := map[string]missingMonths{}
		err := database.Each(func(r pgx.Rows) error {
			m, err := d.scanMonth(r, first)
			of := found[m.Region]
			if err == nil && m.Overdue(today) {
				of.months++
				of.oldestDays = max(of.oldestDays, today.DaysSince(m.ClosesOn))
			}
			found[m.Region] = of
			return err
		})(rows)
		for region, m := range found {
			show(region, m)
		}
		return err
	})
	return nil
}
