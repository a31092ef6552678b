package database

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTimeout is short, so that the page of metrics comes while the database is away.
const scrapeTimeout = 2 * time.Second

// Collector shows figures that are read from the database, over all administrations, when Prometheus scrapes.
type Collector struct {
	db    *DB
	descs []*prometheus.Desc
	queue func(b *pgx.Batch, to chan<- prometheus.Metric)
}

// NewCollector makes a collector of the metrics described. queue adds cheap queries whose results become
// metrics; together they are one round trip.
func NewCollector(db *DB, queue func(b *pgx.Batch, to chan<- prometheus.Metric), descs ...*prometheus.Desc) *Collector {
	return &Collector{db: db, descs: descs, queue: queue}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range c.descs {
		to <- d
	}
}

// Collect implements prometheus.Collector; a failed read is reported to Prometheus as an invalid metric.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	if err := c.db.Read(ctx, "*", func(b *pgx.Batch) { c.queue(b, to) }); err != nil {
		to <- prometheus.NewInvalidMetric(c.descs[0], err)
	}
}

// Gauge returns the handler of a query that yields one number.
func Gauge(desc *prometheus.Desc, to chan<- prometheus.Metric, labels ...string) func(pgx.Row) error {
	return func(row pgx.Row) error {
		var value float64
		if err := row.Scan(&value); err != nil {
			return err
		}
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
		return nil
	}
}

// poolCollector shows the connections of a service and the certificate of their other end; it asks the pool, never the database.
type poolCollector struct {
	db      *DB
	lines   []poolLine
	expires *prometheus.Desc
}

type poolLine struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(s *pgxpool.Stat) float64
}

// PoolCollector makes the collector of the pool of one service.
func (db *DB) PoolCollector(service string) prometheus.Collector {
	line := func(name, help string, kind prometheus.ValueType, value func(s *pgxpool.Stat) float64) poolLine {
		return poolLine{prometheus.NewDesc("w2w_database_pool_"+name, help, nil, prometheus.Labels{"service": service}), kind, value}
	}
	gauge, counter := prometheus.GaugeValue, prometheus.CounterValue
	return &poolCollector{db: db, expires: newCertificateDesc(service), lines: []poolLine{
		line("acquired_connections", "Connections in use.", gauge, func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) }),
		line("idle_connections", "Connections that wait for work.", gauge, func(s *pgxpool.Stat) float64 { return float64(s.IdleConns()) }),
		line("max_connections", "Connections that may be open.", gauge, func(s *pgxpool.Stat) float64 { return float64(s.MaxConns()) }),
		line("waits_total", "Acquisitions that waited for a connection.", counter, func(s *pgxpool.Stat) float64 { return float64(s.EmptyAcquireCount()) }),
		line("wait_seconds_total", "Time spent waiting for a connection.", counter, func(s *pgxpool.Stat) float64 { return s.EmptyAcquireWaitTime().Seconds() }),
	}}
}

// Describe implements prometheus.Collector.
func (c *poolCollector) Describe(to chan<- *prometheus.Desc) {
	to <- c.expires
	for _, l := range c.lines {
		to <- l.desc
	}
}

// Collect implements prometheus.Collector.
func (c *poolCollector) Collect(to chan<- prometheus.Metric) {
	c.db.certificate.collect(c.expires, to)
	s := c.db.pool.Stat()
	for _, l := range c.lines {
		to <- prometheus.MustNewConstMetric(l.desc, l.kind, l.value(s))
	}
}
