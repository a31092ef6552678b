package audit

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
)

const scrapeTimeout = 3 * time.Second

// Collector shows how far the sealer is behind.
type Collector struct {
	db  *database.DB
	age *prometheus.Desc
}

// NewCollector makes the collector of one service's records.
func NewCollector(db *database.DB) *Collector {
	return &Collector{db: db, age: prometheus.NewDesc("w2w_audit_unsealed_age_seconds", "Age of the oldest record that is not chained yet.", nil, nil)}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(to chan<- *prometheus.Desc) { to <- c.age }

const oldestUnsealed = `select coalesce((select extract(epoch from clock_timestamp() - at) from audit_records
where (xid, id) > (coalesce((select xid from audit_chain order by position desc limit 1), '0'::xid8),
	coalesce((select record_id from audit_chain order by position desc limit 1), 0))
order by xid, id limit 1), 0)::float8`

// Collect implements prometheus.Collector; a failed read is reported to Prometheus as an invalid metric.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	var age float64
	err := c.db.Read(ctx, "*", func(b *pgx.Batch) {
		b.Queue(oldestUnsealed).QueryRow(func(row pgx.Row) error { return row.Scan(&age) })
	})
	if err != nil {
		to <- prometheus.NewInvalidMetric(c.age, err)
		return
	}
	to <- prometheus.MustNewConstMetric(c.age, prometheus.GaugeValue, age)
}
