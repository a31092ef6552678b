package house

import (
	"context"
	"net"
	"net/http"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"w2w/openapi"
	"w2w/pkg/app"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
)

// service is one behind the gateway, at work.
type service interface {
	Public() http.Handler
	Close()
}

// behind are the services behind the gateway: each has its schema, its contract and an address of its own.
var behind = []struct {
	name     string
	contract []byte
	open     func(ctx context.Context, h *House, o Options, keys auth.KeySource, figures *prometheus.Registry) (service, error)
}{
	{concessions.Name, openapi.Concessions, openConcessions},
	{lsu.Name, openapi.LSU, openLSU},
}

// staff opens the gateway and the services behind it, and returns what answers at which of their listeners.
func (h *House) staff(ctx context.Context, o Options, figures metrics) (gate *gateway.Service, handlers map[net.Listener]http.Handler, err error) {
	handlers = map[net.Listener]http.Handler{}
	defer func() {
		if err != nil {
			for l := range handlers {
				_ = l.Close()
			}
		}
	}()
	listeners, routes := map[string]net.Listener{}, map[string]string{}
	for _, s := range behind {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, handlers, err
		}
		handlers[l], listeners[s.name], routes[s.name] = nil, l, urlOf(l)
	}
	if gate, err = h.gateway(ctx, o, routes, figures.of(gateway.Schema, app.NewRegistry())); err != nil {
		return nil, handlers, err
	}
	for _, s := range behind {
		open, err := s.open(ctx, h, o, gate.InternalKeys(), figures.of(s.name, prometheus.NewRegistry()))
		if err != nil {
			return nil, handlers, err
		}
		h.services = append(h.services, open)
		handlers[listeners[s.name]] = open.Public()
	}
	return gate, handlers, nil
}

func (h *House) gateway(ctx context.Context, o Options, routes map[string]string, figures *prometheus.Registry) (*gateway.Service, error) {
	cfg, err := gateway.DefaultConfig()
	if err != nil {
		return nil, err
	}
	cfg.Issuer, cfg.KeyDir, cfg.DevClients = h.URL, PersonKeys(o.DataDir), true
	cfg.ClientsFile, cfg.AuditKey = filepath.Join(o.DataDir, ClientsFile), auditKey(o, gateway.Schema)
	cfg.Routes = routes
	for kind := range cfg.Rates {
		cfg.Rates[kind] = "5000/10000" // one's own machine is not rationed
	}
	cfg.TokenRate = "1000/2000"
	specs := map[string][]byte{gateway.Schema: openapi.Gateway}
	for _, s := range behind {
		specs[s.name] = s.contract
	}
	s, err := gateway.New(ctx, cfg, gateway.Deps{DB: h.pools[gateway.Schema], Log: o.Log, Clock: clock.System, Metrics: figures, Specs: specs})
	if err == nil {
		h.services = append(h.services, s)
	}
	return s, err
}

func openConcessions(ctx context.Context, h *House, o Options, keys auth.KeySource, figures *prometheus.Registry) (service, error) {
	return concessions.New(ctx,
		concessions.Config{PersonKeys: PersonKeys(o.DataDir), MakeKeys: true, AuditKey: auditKey(o, concessions.Name)},
		concessions.Deps{DB: h.pools[concessions.Name], Keys: keys, Log: o.Log, Clock: clock.System, Metrics: figures})
}

func openLSU(ctx context.Context, h *House, o Options, keys auth.KeySource, figures *prometheus.Registry) (service, error) {
	return lsu.New(ctx,
		lsu.Config{PersonKeys: PersonKeys(o.DataDir), MakeKeys: true, AuditKey: auditKey(o, lsu.Name)},
		lsu.Deps{DB: h.pools[lsu.Name], Keys: keys, Log: o.Log, Clock: clock.System, Metrics: figures})
}

func auditKey(o Options, service string) string {
	return filepath.Join(o.DataDir, keysDir, "audit-"+service+".pem")
}
