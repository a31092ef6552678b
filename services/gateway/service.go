// Package gateway is the house's front door: it issues tokens, knows the clients, limits them, and hands
// their calls to the services with an internal token of its own.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/italia"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/rest"
	"w2w/services/gateway/internal/store"
	"w2w/services/gateway/migrations"
)

// Schema is the gateway's schema in the database.
const Schema = "gateway"

// InternalKeysPath is where the internal handler serves the keys that services verify internal tokens with.
const InternalKeysPath = "/internal/jwks.json"

// Migrations are all tables of the gateway, in the order in which they must be made.
func Migrations() []database.Set {
	return []database.Set{httpx.Migrations(), audit.Migrations(), {Name: Schema, Files: migrations.Files}}
}

// Deps is what the gateway is given.
type Deps struct {
	DB      *database.DB
	Log     *zap.Logger
	Clock   clock.Clock
	Metrics *prometheus.Registry
	Specs   map[string][]byte // OpenAPI documents by name, JSON or YAML, for /docs
	Replica string            // the name of this one among all; made up when empty
}

// Service is the running gateway.
type Service struct {
	public   http.Handler
	internal http.Handler
	keys     rings
	stop     context.CancelFunc
	work     sync.WaitGroup
	upkeep   *upkeep
	draining atomic.Bool
}

// New checks the schema, loads the keys, registers the clients of the clients file and returns the gateway.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if err := deps.DB.CheckSchema(ctx, Migrations()...); err != nil {
		return nil, err
	}
	deps.Metrics.MustRegister(deps.DB.PoolCollector(Schema), audit.NewCollector(deps.DB))
	keys, err := openRings(cfg)
	if err != nil {
		return nil, err
	}
	if err := register(ctx, cfg, store.Clients{DB: deps.DB}); err != nil {
		return nil, err
	}
	work, err := newUpkeep(ctx, cfg, deps)
	if err != nil {
		return nil, err
	}
	options, err := frontDoor(cfg, deps, keys)
	if err != nil {
		return nil, err
	}
	options.Shares, options.Quotas, options.Journal = work.shares, work.quotas, work.journal
	public, err := rest.New(options)
	if err != nil {
		return nil, err
	}
	if cfg.DevClients {
		deps.Log.Warn("development clients may use a secret")
	}
	s := &Service{public: public, keys: keys, upkeep: work}
	s.internal = work.notary.Serve(deps.DB, s.internalHandler(deps.Metrics))
	// The work outlives the start, whose context may end with it.
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.start(background, work, cfg.Round)
	s.work.Go(func() { keys.watch(background, cfg.KeyReload, deps.Log) })
	return s, nil
}

// Handler answers the outside.
func (s *Service) Handler() http.Handler { return s.public }

// Internal answers operators and services: health, metrics, and the keys of internal tokens.
func (s *Service) Internal() http.Handler { return s.internal }

// InternalKeys is the ring of internal tokens, for services in the same process.
func (s *Service) InternalKeys() *auth.Ring { return s.keys.internal }

// Drain makes the gateway unready, so that no new calls are sent to it.
func (s *Service) Drain() { s.draining.Store(true) }

// Close ends the background work; the caller has stopped the listeners and closes the database.
func (s *Service) Close() {
	s.Drain()
	s.stop()
	s.work.Wait()
	s.upkeep.end()
}

func frontDoor(cfg Config, deps Deps, keys rings) (rest.Options, error) {
	limits, limitsErr := cfg.limits()
	routes, routesErr := cfg.routes()
	specs, specsErr := asJSON(deps.Specs)
	places, placesErr := italia.Load()
	if err := errors.Join(limitsErr, routesErr, specsErr, placesErr); err != nil {
		return rest.Options{}, err
	}
	registry := store.NewCached(store.Clients{DB: deps.DB}, deps.Clock)
	keySets, assertions := newKeySets(cfg.DevClients, deps.Clock).of, store.NewAssertions(deps.DB)
	o := rest.Options{
		Registry: registry, Keys: held(keys.external, keys.modi), Base: cfg.base(), Proofs: store.NewProofs(deps.DB),
		Routes: routes, Limits: limits, Proxies: cfg.TrustedProxies, Specs: specs, AuditCalls: cfg.AuditCalls,
		Now: deps.Clock, Log: deps.Log, Metrics: deps.Metrics,
	}
	if cfg.issues() {
		o.Issuer = &domain.Issuer{
			Name: cfg.Issuer, Signer: auth.NewSigner(keys.external, auth.TypeAccess), Registry: registry, Assertions: assertions,
			Proofs: o.Proofs, Now: deps.Clock, Secrets: cfg.DevClients, Remote: keySets,
		}
	}
	if cfg.forwards() {
		office := &store.Office{DB: deps.DB, Now: deps.Clock, Rules: domain.Rules{Places: places, PlainHTTP: cfg.DevClients}}
		o.Exchange = domain.NewExchange(auth.NewSigner(keys.internal, auth.TypeInternal), deps.Clock)
		o.Registrar = rest.Registrar{Office: office, Changed: registry.Forget}
		o.Patterns = rest.Patterns{Signatures: assertions, KeySets: keySets}
		return o, trustOthers(cfg, deps, keys, &o)
	}
	return o, nil
}

func (s *Service) internalHandler(metrics *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	if s.keys.internal != nil {
		mux.HandleFunc("GET "+InternalKeysPath, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(s.keys.internal.Public()) // a reader that goes away is no failure
		})
	}
	mux.Handle("/", httpx.Internal(metrics, func(*gin.Context) error {
		if s.draining.Load() {
			return fault.New(fault.Unavailable, "Il gateway si sta fermando.", "The gateway is stopping.")
		}
		return nil
	}))
	return mux
}

func asJSON(specs map[string][]byte) (map[string][]byte, error) {
	out := make(map[string][]byte, len(specs))
	for name, data := range specs {
		if !json.Valid(data) {
			converted, err := yaml.YAMLToJSON(data)
			if err != nil {
				return nil, fmt.Errorf("specification %s: %w", name, err)
			}
			data = converted
		}
		out[name] = data
	}
	return out, nil
}
