// Package house runs the whole suite in one process on a private PostgreSQL: for a trial, a test or a
// developer's day.
package house

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"w2w/openapi"
	"w2w/pkg/app"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
	"w2w/pkg/httpx"
	"w2w/services/concessions"
	"w2w/services/gateway"
)

// The files of a data folder that others read.
const (
	AddressFile = "address"
	ClientsFile = "clients.json"
)

// Options say where the data lives and on which address the suite answers.
type Options struct {
	DataDir string
	Addr    string
	Log     *zap.Logger
}

// House is a running suite.
type House struct {
	URL      string
	cancel   context.CancelFunc
	serving  *errgroup.Group
	services []interface{ Close() }
	pools    []*database.DB
	postgres *embedded.Server
}

// Open starts PostgreSQL, migrates, and starts all services behind the gateway.
func Open(ctx context.Context, o Options) (*House, error) {
	if err := os.MkdirAll(filepath.Join(o.DataDir, "keys"), 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	l, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	h := &House{URL: "http://" + l.Addr().String()}
	if err := h.start(ctx, o, l); err != nil {
		_ = l.Close()
		h.Close()
		return nil, err
	}
	return h, os.WriteFile(filepath.Join(o.DataDir, AddressFile), []byte(h.URL+"\n"), 0o644)
}

func (h *House) start(ctx context.Context, o Options, public net.Listener) (err error) {
	if _, err := developmentClients(filepath.Join(o.DataDir, ClientsFile)); err != nil {
		return err
	}
	if h.postgres, err = embedded.Start(ctx, o.DataDir); err != nil {
		return err
	}
	front, err := h.pool(ctx, gateway.Schema, gateway.Migrations())
	if err != nil {
		return err
	}
	back, err := h.pool(ctx, concessions.Name, concessions.Migrations()...)
	if err != nil {
		return err
	}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	metrics := app.NewRegistry()
	gate, err := h.gateway(ctx, o, front, "http://"+inner.Addr().String(), metrics)
	if err != nil {
		return err
	}
	h.services = append(h.services, gate)
	keys, err := auth.NewKeys(gate.InternalKeys())
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	service, err := concessions.New(ctx, concessions.Config{PersonKeys: filepath.Join(o.DataDir, "keys"), MakeKeys: true, Version: "dev"},
		concessions.Deps{DB: back, Keys: keys, Log: o.Log, Clock: clock.System, Metrics: registry})
	if err != nil {
		return err
	}
	h.services = append(h.services, service)
	h.serve(ctx, map[net.Listener]http.Handler{public: oneAddress(gate, prometheus.Gatherers{metrics, registry}), inner: service.Handler()})
	return nil
}

func (h *House) gateway(ctx context.Context, o Options, db *database.DB, upstream string, metrics *prometheus.Registry) (*gateway.Service, error) {
	cfg, err := gateway.DefaultConfig()
	if err != nil {
		return nil, err
	}
	cfg.Issuer, cfg.KeyDir, cfg.DevClients = h.URL, filepath.Join(o.DataDir, "keys"), true
	cfg.ClientsFile = filepath.Join(o.DataDir, ClientsFile)
	cfg.Routes = map[string]string{concessions.Name: upstream}
	for kind := range cfg.Rates {
		cfg.Rates[kind] = "5000/10000" // one's own machine is not rationed
	}
	cfg.TokenRate = "1000/2000"
	return gateway.New(ctx, cfg, gateway.Deps{DB: db, Log: o.Log, Clock: clock.System, Metrics: metrics,
		Specs: map[string][]byte{concessions.Name: openapi.Concessions}})
}

// pool migrates a schema and opens it as the service's own role, whose password changes at every start.
func (h *House) pool(ctx context.Context, schema string, sets ...database.Set) (*database.DB, error) {
	secret := make([]byte, 16)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	target := database.Target{Schema: schema, Role: "w2w_" + schema, Password: hex.EncodeToString(secret)}
	if err := database.Migrate(ctx, h.postgres.URL(), target, sets...); err != nil {
		return nil, err
	}
	address, err := url.Parse(h.postgres.URL())
	if err != nil {
		return nil, err
	}
	address.User = url.UserPassword(target.Role, target.Password)
	db, err := database.Open(ctx, database.Options{URL: address.String(), Schema: schema, MaxConns: 20})
	if err != nil {
		return nil, err
	}
	h.pools = append(h.pools, db)
	return db, db.CheckDurability(ctx)
}

// oneAddress answers operators beside the outside, since there is only one address here.
func oneAddress(gate *gateway.Service, metrics prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", gate.Handler())
	mux.Handle("/healthz", gate.Internal())
	mux.Handle("/readyz", gate.Internal())
	mux.Handle("/metrics", httpx.Metrics(metrics))
	return mux
}

func (h *House) serve(ctx context.Context, handlers map[net.Listener]http.Handler) {
	ctx, h.cancel = context.WithCancel(ctx)
	h.serving, ctx = errgroup.WithContext(ctx)
	for l, handler := range handlers {
		h.serving.Go(func() error { return httpx.Serve(ctx, l, handler) })
	}
}

// Wait returns when the house stops answering.
func (h *House) Wait() error { return h.serving.Wait() }

// Close lets running requests finish, then stops the services, the pools and PostgreSQL, in this order.
func (h *House) Close() {
	if h.cancel != nil {
		h.cancel()
		_ = h.serving.Wait()
	}
	for _, s := range h.services {
		s.Close()
	}
	for _, p := range h.pools {
		p.Close()
	}
	if h.postgres != nil {
		h.postgres.Stop()
	}
}
