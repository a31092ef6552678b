package plafond

import (
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"

	"w2w/pkg/database"
)

const allAccounts = `select administration, year, fund, family, available_cents, assigned_cents from plafond_accounts`

// NewCollector makes the collector that shows the residual of every account of one service's ledger.
func NewCollector(db *database.DB) *database.Collector {
	labels := []string{"administration", "year", "fund", "family"}
	available := prometheus.NewDesc("w2w_plafond_available_cents", "Cents of the plafond that can still be committed.", labels, nil)
	assigned := prometheus.NewDesc("w2w_plafond_assigned_cents", "Cents assigned to the plafond.", labels, nil)
	return database.NewCollector(db, func(b *pgx.Batch, to chan<- prometheus.Metric) {
		b.Queue(allAccounts).Query(func(rows pgx.Rows) error {
			var x Balance
			_, err := pgx.ForEachRow(rows, []any{&x.Administration, &x.Year, &x.Fund, &x.Family, &x.AvailableCents, &x.AssignedCents}, func() error {
				labels := []string{x.Administration, strconv.Itoa(x.Year), x.Fund, x.Family}
				to <- prometheus.MustNewConstMetric(available, prometheus.GaugeValue, float64(x.AvailableCents), labels...)
				to <- prometheus.MustNewConstMetric(assigned, prometheus.GaugeValue, float64(x.AssignedCents), labels...)
				return nil
			})
			return err
		})
	}, available, assigned)
}
