// Package lsu is the service of the residual pool of workers in socially useful works, month by month.
package lsu

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/openapi"
	"w2w/pkg/app"
	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/pkg/params"
	"w2w/pkg/params/register"
	"w2w/pkg/person"
	"w2w/pkg/plafond"
	"w2w/services/lsu/internal/rest"
	"w2w/services/lsu/internal/store"
	"w2w/services/lsu/migrations"
	files "w2w/services/lsu/params"
)

// Name is the service's name: its audience, its schema in the database and its place at the gateway.
const Name = "lsu"

const followEvery = 2 * time.Second // how late a replica may learn that another changed a parameter

// Migrations are all tables of the service, in the order in which they must be made.
func Migrations() []database.Set {
	return []database.Set{httpx.Migrations(), feed.Migrations(), audit.Migrations(), plafond.Migrations(), register.Migrations(),
		{Name: Name, Files: migrations.Files, AppendOnly: []string{"movements", "month_transitions", "reports", "payments", "intakes"}}}
}

// Deps is what the service is given.
type Deps struct {
	DB      *database.DB
	Keys    auth.KeySource // the gateway's keys for internal tokens
	Log     *zap.Logger
	Clock   clock.Clock
	Metrics *prometheus.Registry
}

// Service is the running lsu service.
type Service struct{ *app.Base }

// New checks the schema, loads keys and parameters and returns the service at work.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	base, err := app.NewBase(ctx, app.Own{Name: Name, Migrations: Migrations(), AuditKey: cfg.AuditKey, MakeKeys: cfg.MakeKeys},
		app.Process{DB: deps.DB, Log: deps.Log, Metrics: deps.Metrics, Clock: deps.Clock})
	if err != nil {
		return nil, err
	}
	people, err := person.Load(cfg.PersonKeys, cfg.MakeKeys)
	if err != nil {
		return nil, err
	}
	rules, err := openRules(ctx, deps)
	if err != nil {
		return nil, err
	}
	contract, err := httpx.NewContract(openapi.LSU, rest.Base)
	if err != nil {
		return nil, err
	}
	engine := httpx.NewEngine(deps.Log, deps.Metrics, Name)
	desk := store.NewDesk(deps.DB, people, rules, deps.Clock)
	if err := rest.Mount(engine, deps.DB, desk, auth.NewServiceVerifier(Name, deps.Keys, deps.Clock), contract, app.Version); err != nil {
		return nil, err
	}
	deps.Metrics.MustRegister(feed.NewCollector(deps.DB), plafond.NewCollector(deps.DB, deps.Clock), desk.NewCollector())
	base.Start(engine)
	base.Go(func(ctx context.Context) {
		rules.Follow(ctx, followEvery, func(err error) { deps.Log.Error("parameters not read", zap.Error(err)) })
	})
	base.Go(func(ctx context.Context) {
		people.Follow(ctx, func(err error) { deps.Log.Error("keys of persons not read", zap.Error(err)) })
	})
	return &Service{base}, nil
}

// openRules reads the dated parameters.
func openRules(ctx context.Context, deps Deps) (*store.Rulebook, error) {
	rows, err := params.Files(files.Files)
	if err != nil {
		return nil, err
	}
	rules, differing, err := store.OpenRulebook(ctx, deps.DB, rows)
	register.WarnOf(differing, deps.Log)
	return rules, err
}
