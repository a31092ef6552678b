package store

import (
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
)

// Both read an index alone: applications_by_state, and the few records that wait.
const (
	countByState     = `select administration, state, count(*)::float8 from applications group by administration, state`
	oldestUnanswered = `select coalesce(extract(epoch from clock_timestamp() - min(sent_at)), 0)::float8 from inps_records where settled_at is null`
)

// NewCollector makes the collector that shows where the applications stand and how long INPS has not answered.
func NewCollector(db *database.DB) *database.Collector {
	applications := prometheus.NewDesc("w2w_concessions_applications", "Applications by administration and state.", []string{"administration", "state"}, nil)
	unanswered := prometheus.NewDesc("w2w_concessions_inps_oldest_unanswered_seconds", "Age of the oldest application sent to INPS that has no answer; 0 without one.", nil, nil)
	return database.NewCollector(db, func(b *pgx.Batch, to chan<- prometheus.Metric) {
		b.Queue(countByState).Query(func(rows pgx.Rows) error {
			var administration, state string
			var n float64
			_, err := pgx.ForEachRow(rows, []any{&administration, &state, &n}, func() error {
				to <- prometheus.MustNewConstMetric(applications, prometheus.GaugeValue, n, administration, state)
				return nil
			})
			return err
		})
		b.Queue(oldestUnanswered).QueryRow(database.Gauge(unanswered, to))
	}, applications, unanswered)
}
