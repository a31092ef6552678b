// Package lsu is the service of the residual pool of workers in socially useful works, month by month.
package lsu

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/openapi"
	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
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

const (
	sealEvery   = 5 * time.Second
	followEvery = 2 * time.Second // how late a replica may learn that another changed a parameter
)

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
type Service struct {
	public   http.Handler
	internal http.Handler
	stop     context.CancelFunc
	work     sync.WaitGroup
	draining atomic.Bool
}

// New checks the schema, loads keys and parameters and returns the service with its sealer at work.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if err := deps.DB.CheckSchema(ctx, Migrations()...); err != nil {
		return nil, err
	}
	people, err := person.Load(cfg.PersonKeys, cfg.MakeKeys)
	if err != nil {
		return nil, err
	}
	notary, err := audit.OpenNotary(Name, cfg.AuditKey, cfg.MakeKeys, deps.Clock)
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
	deps.Metrics.MustRegister(deps.DB.PoolCollector(Name), feed.NewCollector(deps.DB), audit.NewCollector(deps.DB),
		plafond.NewCollector(deps.DB))
	engine := httpx.NewEngine(deps.Log, deps.Metrics, Name)
	desk := store.NewDesk(deps.DB, people, rules, deps.Clock)
	if err := rest.Mount(engine, deps.DB, desk, auth.NewServiceVerifier(Name, deps.Keys, deps.Clock), contract, cfg.Version); err != nil {
		return nil, err
	}
	s := &Service{public: engine}
	s.internal = notary.Serve(deps.DB, httpx.Internal(deps.Metrics, func(*gin.Context) error { return s.ready() }))
	s.start(ctx, rules, notary, deps)
	return s, nil
}

func (s *Service) start(ctx context.Context, rules *store.Rulebook, notary *audit.Notary, deps Deps) {
	// The work outlives the start, whose context may end with it.
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.work.Go(func() {
		rules.Follow(background, followEvery, func(err error) { deps.Log.Error("parameters not read", zap.Error(err)) })
	})
	s.work.Go(func() {
		audit.NewSealer(deps.DB).Publish(func(c audit.Checkpoint) {
			deps.Log.Info("audit checkpoint", zap.String("checkpoint", notary.Text(c)))
		}).Run(background, sealEvery, func(err error) { deps.Log.Error("audit not sealed", zap.Error(err)) })
	})
}

// openRules reads the dated parameters.
func openRules(ctx context.Context, deps Deps) (*store.Rulebook, error) {
	rows, err := params.Files(files.Files)
	if err != nil {
		return nil, err
	}
	rules, differing, err := store.OpenRulebook(ctx, deps.DB, rows)
	for _, r := range differing {
		deps.Log.Warn("the database says otherwise than a parameter file, and holds", zap.String("key", r.Key), zap.String("file", r.Source),
			zap.Stringer("valid_from", r.ValidFrom))
	}
	return rules, err
}

func (s *Service) ready() error {
	if s.draining.Load() {
		return fault.New(fault.Unavailable, "Il servizio si sta fermando.", "The service is stopping.")
	}
	return nil
}

// Handler answers the gateway.
func (s *Service) Handler() http.Handler { return s.public }

// Internal answers operators: health, readiness, metrics.
func (s *Service) Internal() http.Handler { return s.internal }

// Drain makes the service unready, so that no new calls are sent to it.
func (s *Service) Drain() { s.draining.Store(true) }

// Close ends the background work; the caller has stopped the listeners and closes the database.
func (s *Service) Close() {
	s.Drain()
	s.stop()
	s.work.Wait()
}
