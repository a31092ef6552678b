// Package gateway is the house's front door: it issues tokens, knows the clients, limits them, and hands
// their calls to the services with an internal token of its own.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/pkg/app"
	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/italia"
	"w2w/pkg/yaml"
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
	*app.Base
	keys   rings
	upkeep *upkeep
}

// New checks the schema, loads the keys, registers the clients of the clients file and returns the gateway.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	base, err := app.NewBase(ctx, app.Own{Name: Schema, Migrations: Migrations(), AuditKey: cfg.AuditKey, MakeKeys: cfg.DevClients},
		app.Process{DB: deps.DB, Log: deps.Log, Metrics: deps.Metrics, Clock: deps.Clock})
	if err != nil {
		return nil, err
	}
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
	deps.Metrics.MustRegister(keys.collectors()...)
	s := &Service{Base: base, keys: keys, upkeep: work}
	s.Start(public)
	s.keepUp(work, cfg.Round)
	s.Go(func(ctx context.Context) { keys.watch(ctx, cfg.KeyReload, deps.Log) })
	return s, nil
}

// Internal answers operators and services: besides what every service answers, the keys of internal tokens.
func (s *Service) Internal() http.Handler {
	if s.keys.internal == nil {
		return s.Base.Internal()
	}
	mux := http.NewServeMux()
	mux.Handle("/", s.Base.Internal())
	mux.HandleFunc("GET "+InternalKeysPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(s.keys.internal.Public()) // a reader that goes away is no failure
	})
	return mux
}

// InternalKeys is the ring of internal tokens, for services in the same process.
func (s *Service) InternalKeys() *auth.Ring { return s.keys.internal }

// Close ends the background work and then stores what is left of it; the caller has stopped the listeners and
// closes the database.
func (s *Service) Close() {
	s.Base.Close()
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

func asJSON(specs map[string][]byte) (map[string][]byte, error) {
	out := make(map[string][]byte, len(specs))
	for name, data := range specs {
		if !json.Valid(data) {
			read, err := yaml.Read(data)
			if err == nil {
				data, err = json.Marshal(read)
			}
			if err != nil {
				return nil, fmt.Errorf("specification %s: %w", name, err)
			}
		}
		out[name] = data
	}
	return out, nil
}
