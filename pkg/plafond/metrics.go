package plafond

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
)

const scrapeTimeout = 3 * time.Second

// Collector shows the residual of every account to Prometheus, read when it scrapes.
type Collector struct {
	db                  *database.DB
	available, assigned *prometheus.Desc
}

// NewCollector makes the collector of one service's ledger.
func NewCollector(db *database.DB) *Collector {
	labels := []string{"administration", "year", "fund", "family"}
	return &Collector{
		db:        db,
		available: prometheus.NewDesc("w2w_plafond_available_cents", "Cents of the plafond that can still be committed.", labels, nil),
		assigned:  prometheus.NewDesc("w2w_plafond_assigned_cents", "Cents assigned to the plafond.", labels, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	to <- c.available
	to <- c.assigned
}

// Collect implements prometheus.Collector; a failed read is reported to Prometheus as an invalid metric.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	err := c.db.Read(ctx, "*", func(b *pgx.Batch) {
		b.Queue(`select administration, year, fund, family, assigned_cents, available_cents from plafond_accounts`).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var x Balance
				if err := rows.Scan(&x.Administration, &x.Year, &x.Fund, &x.Family, &x.AssignedCents, &x.AvailableCents); err != nil {
					return err
				}
				labels := []string{x.Administration, strconv.Itoa(x.Year), x.Fund, x.Family}
				to <- prometheus.MustNewConstMetric(c.available, prometheus.GaugeValue, float64(x.AvailableCents), labels...)
				to <- prometheus.MustNewConstMetric(c.assigned, prometheus.GaugeValue, float64(x.AssignedCents), labels...)
			}
			return rows.Err()
		})
	})
	if err != nil {
		to <- prometheus.NewInvalidMetric(c.available, err)
	}
}
