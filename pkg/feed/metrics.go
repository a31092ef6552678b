package feed

import (
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
)

type followerMetrics struct {
	handled, failures prometheus.Counter
	lag, stopped      prometheus.Gauge
}

func newFollowerMetrics(follower string) *followerMetrics {
	labels := prometheus.Labels{"follower": follower}
	return &followerMetrics{
		handled:  prometheus.NewCounter(prometheus.CounterOpts{Name: "w2w_feed_events_handled_total", Help: "Events that had their effect.", ConstLabels: labels}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "w2w_feed_follower_failures_total", Help: "Rounds that failed and are tried again.", ConstLabels: labels}),
		lag:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "w2w_feed_follower_lag_seconds", Help: "Age of the oldest event that waits for the follower.", ConstLabels: labels}),
		stopped:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "w2w_feed_follower_stopped", Help: "1 when the follower met an event that it can't digest.", ConstLabels: labels}),
	}
}

func (m *followerMetrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.handled, m.failures, m.lag, m.stopped}
}

func (m *followerMetrics) behind(waiting []CloudEvent) {
	if len(waiting) == 0 {
		m.lag.Set(0)
		return
	}
	m.lag.Set(time.Since(waiting[0].Time).Seconds())
}

// Describe implements prometheus.Collector.
func (f *Follower) Describe(to chan<- *prometheus.Desc) {
	for _, c := range f.metrics.all() {
		c.Describe(to)
	}
}

// Collect implements prometheus.Collector.
func (f *Follower) Collect(to chan<- prometheus.Metric) {
	for _, c := range f.metrics.all() {
		c.Collect(to)
	}
}

// Only the rows that are not served yet are looked at, at the end of the index.
const oldestWaiting = `select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 from outbox
where xid >= pg_snapshot_xmin(pg_current_snapshot())`

// NewCollector makes the collector that shows how long events wait in one service's outbox before they can be served.
func NewCollector(db *database.DB) *database.Collector {
	age := prometheus.NewDesc("w2w_feed_outbox_age_seconds", "Age of the oldest event held back by a running transaction.", nil, nil)
	return database.NewCollector(db, func(b *pgx.Batch, to chan<- prometheus.Metric) {
		b.Queue(oldestWaiting).QueryRow(database.Gauge(age, to))
	}, age)
}
