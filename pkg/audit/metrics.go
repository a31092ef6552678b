package audit

import (
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
)

const oldestUnsealed = `select coalesce((select extract(epoch from clock_timestamp() - at) from audit_records
where (xid, id) > (coalesce((select xid from audit_chain order by position desc limit 1), '0'::xid8),
	coalesce((select record_id from audit_chain order by position desc limit 1), 0))
order by xid, id limit 1), 0)::float8`

// NewCollector makes the collector that shows how far the sealer of one service is behind.
func NewCollector(db *database.DB) *database.Collector {
	age := prometheus.NewDesc("w2w_audit_unsealed_age_seconds", "Age of the oldest record that is not chained yet.", nil, nil)
	return database.NewCollector(db, func(b *pgx.Batch, to chan<- prometheus.Metric) {
		b.Queue(oldestUnsealed).QueryRow(database.Gauge(age, to))
	}, age)
}
