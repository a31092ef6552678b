// Package database opens PostgreSQL and runs transactions that carry the caller's administration for
// row-level security. One pool serves pgx (hot paths) and gorm (everything else).
package database

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"w2w/pkg/tracing"
)

// DB is a service's pool on its own schema.
type DB struct {
	pool *pgxpool.Pool
	sql  *sql.DB
	gorm *gorm.DB

	certificate *certificate
}

// Options says where the database is and how many connections may be used.
type Options struct {
	URL      string
	Schema   string
	MaxConns int32
}

// Open connects with the schema first on the search path and with the timeouts that keep one bad
// statement from holding up the rest.
func Open(ctx context.Context, o Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("database url: %w", err)
	}
	if o.MaxConns > 0 {
		cfg.MaxConns = o.MaxConns
	}
	cfg.MaxConnIdleTime = 5 * time.Minute
	if tracing.On() {
		cfg.ConnConfig.Tracer = tracer{o.Schema}
	}
	rp := cfg.ConnConfig.RuntimeParams
	for name, value := range sessionOf(o.Schema) {
		rp[name] = value
	}
	rp["timezone"] = "UTC"
	rp["application_name"] = "w2w-" + o.Schema
	seen := &certificate{}
	cfg.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		registerTypes(conn.TypeMap())
		seen.see(conn)
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db := stdlib.OpenDBFromPool(pool)
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{
		SkipDefaultTransaction: true, DisableAutomaticPing: true, Logger: logger.Discard, NowFunc: func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	return &DB{pool: pool, sql: db, gorm: g, certificate: seen}, nil
}

// Close waits for running transactions and closes the pool.
func (db *DB) Close() {
	_ = db.sql.Close()
	db.pool.Close()
}

// Pool is the pgx pool, for tools that need a connection outside a transaction (sealer, health, metrics).
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Read runs queued queries of one caller in a single round trip, under row-level security.
// Each query's result is handled by the callback given when it is queued.
func (db *DB) Read(ctx context.Context, administration string, queue func(b *pgx.Batch)) error {
	b := &pgx.Batch{}
	b.Queue(setAdministration, administration)
	queue(b)
	return Translate(db.pool.SendBatch(ctx, b).Close())
}

const setAdministration = `select set_config('w2w.administration', $1, true)`

// Statement lets gorm build a query and returns it unrun, for reads that travel by Read.
func (db *DB) Statement(build func(q *gorm.DB) *gorm.DB) (query string, args []any) {
	return statement(db.gorm, build)
}

func statement(g *gorm.DB, build func(q *gorm.DB) *gorm.DB) (query string, args []any) {
	s := build(g.Session(&gorm.Session{NewDB: true, DryRun: true})).Statement
	return s.SQL.String(), s.Vars
}
