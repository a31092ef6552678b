package database

import (
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
	"github.com/prometheus/client_golang/prometheus"
)

// NewSchemaCollector makes the collector that shows, for each set of migrations, the version that the schema has
// and the one that this binary knows.
func NewSchemaCollector(db *DB, sets ...Set) *Collector {
	labels := []string{"set"}
	has := prometheus.NewDesc("w2w_schema_version", "Version of the migrations that the schema has.", labels, nil)
	knows := prometheus.NewDesc("w2w_schema_known_version", "Newest version of the migrations that this binary knows.", labels, nil)
	newest := make([]float64, len(sets))
	for i, s := range sets {
		newest[i] = newestOf(s)
	}
	return NewCollector(db, func(b *pgx.Batch, to chan<- prometheus.Metric) {
		for i, s := range sets {
			to <- prometheus.MustNewConstMetric(knows, prometheus.GaugeValue, newest[i], s.Name)
			b.Queue(`select coalesce(max(version_id), 0)::float8 from ` + pgx.Identifier{"goose_" + s.Name}.Sanitize() + ` where is_applied`).
				QueryRow(Gauge(has, to, s.Name))
		}
	}, has, knows)
}

// newestOf is the highest number of a set's files; a set that can't be read was refused at the start.
func newestOf(s Set) (newest float64) {
	names, _ := fs.Glob(s.Files, "*.sql")
	for _, name := range names {
		if n, err := goose.NumericComponent(name); err == nil {
			newest = max(newest, float64(n))
		}
	}
	return newest
}
