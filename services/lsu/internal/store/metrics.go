package store

import (
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
	"w2w/pkg/period"
)

const (
	countByState     = `select administration, state, count(*)::float8 from workers group by administration, state`
	countCorrections = `select administration, count(*)::float8 from movements where late group by administration` // of the index movements_late alone
)

// NewCollector makes the collector that shows how large the pool is, which months are missing and how much was
// learned late.
func (d *Desk) NewCollector() *database.Collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("w2w_lsu_"+name, help, append([]string{"region"}, labels...), nil)
	}
	workers := desc("workers", "Workers of the pool by Region and state.", "state")
	missing := desc("months_missing", "Months of conventions whose closing date has passed and that are not closed.")
	oldest := desc("oldest_missing_month_days", "Days since the closing date of the oldest missing month; 0 without one.")
	corrections := desc("corrections", "Movements that were received after the closing date of the month in which they take effect.")
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
		b.Queue(countCorrections).Query(database.Each(func(r pgx.Rows) error {
			var region string
			var n float64
			err := r.Scan(&region, &n)
			gauge(corrections, n, region)
			return err
		}))
		err := d.queueMissing(b, func(region string, m missingMonths) {
			gauge(missing, float64(m.months), region)
			gauge(oldest, float64(m.oldestDays), region)
		})
		if err != nil {
			to <- prometheus.NewInvalidMetric(missing, err)
		}
	}, workers, missing, oldest, corrections)
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
