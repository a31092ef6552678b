// Package house runs the whole suite in one process, on a private PostgreSQL or on a given one: for a trial, a
// test or a developer's day.
package house

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
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

// The files of a data folder. Address and clients are what others read to find the house.
const (
	AddressFile = "address"
	ClientsFile = "clients.json"
	keysDir     = "keys"
	lockFile    = "lock"
)

// PersonKeys is the folder in a data folder that has the keys of persons.
func PersonKeys(dataDir string) string { return filepath.Join(dataDir, keysDir) }

// Options say where the data lives and on which address the suite answers.
type Options struct {
	DataDir   string
	Addr      string
	Log       *zap.Logger
	Owner     string            // address of a database for its owner; a private PostgreSQL without it
	Passwords map[string]string // of the services' roles by schema; made from the owner's where they lack
	Step      func(name, detail string)
}

// House is a running suite.
type House struct {
	URL      string
	lock     *os.File
	cancel   context.CancelFunc
	serving  *errgroup.Group
	services []interface{ Close() }
	pools    []*database.DB
	postgres *embedded.Server
}

// Open starts PostgreSQL, migrates, and starts all services behind the gateway.
func Open(ctx context.Context, o Options) (*House, error) {
	if o.Step == nil {
		o.Step = func(string, string) {}
	}
	if err := os.MkdirAll(filepath.Join(o.DataDir, keysDir), 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := embedded.Lock(filepath.Join(o.DataDir, lockFile))
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	h := &House{lock: lock}
	if err := h.open(ctx, o); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func (h *House) open(ctx context.Context, o Options) error {
	public, err := listen(o.Addr)
	if err != nil {
		return err
	}
	h.URL = urlOf(public)
	if err := h.start(ctx, o, public); err != nil {
		return errors.Join(err, public.Close())
	}
	o.Step("Services", h.URL)
	return renameio.WriteFile(filepath.Join(o.DataDir, AddressFile), []byte(h.URL+"\n"), 0o644)
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("the address %s is taken by another program: choose another one with --addr", addr)
	}
	return l, err
}

// urlOf names the machine itself where the listener takes calls for any address.
func urlOf(l net.Listener) string {
	at := l.Addr().(*net.TCPAddr)
	if at.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", at.Port)
	}
	return "http://" + at.String()
}

func (h *House) start(ctx context.Context, o Options, public net.Listener) error {
	if err := h.openDatabase(ctx, o); err != nil {
		return err
	}
	if err := ensureClients(filepath.Join(o.DataDir, ClientsFile)); err != nil {
		return err
	}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	front, back := app.NewRegistry(), prometheus.NewRegistry()
	gate, err := h.gateway(ctx, o, urlOf(inner), front)
	if err != nil {
		return errors.Join(err, inner.Close())
	}
	service, err := h.concessions(ctx, o, gate.InternalKeys(), back)
	if err != nil {
		return errors.Join(err, inner.Close())
	}
	operators := httpx.Internal(prometheus.Gatherers{front, back}, h.ready)
	h.serve(ctx, map[net.Listener]http.Handler{public: oneAddress(gate.Handler(), operators), inner: service.Handler()})
	return nil
}

func (h *House) gateway(ctx context.Context, o Options, upstream string, metrics *prometheus.Registry) (*gateway.Service, error) {
	cfg, err := gateway.DefaultConfig()
	if err != nil {
		return nil, err
	}
	cfg.Issuer, cfg.KeyDir, cfg.DevClients = h.URL, filepath.Join(o.DataDir, keysDir), true
	cfg.ClientsFile, cfg.AuditKey = filepath.Join(o.DataDir, ClientsFile), filepath.Join(o.DataDir, keysDir, "audit-gateway.pem")
	cfg.Routes = map[string]string{concessions.Name: upstream}
	for kind := range cfg.Rates {
		cfg.Rates[kind] = "5000/10000" // one's own machine is not rationed
	}
	cfg.TokenRate = "1000/2000"
	s, err := gateway.New(ctx, cfg, gateway.Deps{DB: h.pools[0], Log: o.Log, Clock: clock.System, Metrics: metrics,
		Specs: map[string][]byte{concessions.Name: openapi.Concessions, gateway.Schema: openapi.Gateway}})
	if err == nil {
		h.services = append(h.services, s)
	}
	return s, err
}

func (h *House) concessions(ctx context.Context, o Options, internal auth.KeySource, metrics *prometheus.Registry) (*concessions.Service, error) {
	s, err := concessions.New(ctx, concessions.Config{PersonKeys: PersonKeys(o.DataDir), MakeKeys: true, Version: "dev",
		AuditKey: filepath.Join(o.DataDir, keysDir, "audit-concessions.pem")},
		concessions.Deps{DB: h.pools[1], Keys: internal, Log: o.Log, Clock: clock.System, Metrics: metrics})
	if err == nil {
		h.services = append(h.services, s)
	}
	return s, err
}

// oneAddress answers operators beside the outside, since there is only one address here.
func oneAddress(gate, operators http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", gate)
	for _, path := range strings.Fields("/healthz /readyz /metrics") {
		mux.Handle(path, operators)
	}
	return mux
}

func (h *House) serve(ctx context.Context, handlers map[net.Listener]http.Handler) {
	ctx, h.cancel = context.WithCancel(ctx)
	h.serving, ctx = errgroup.WithContext(ctx)
	for l, handler := range handlers {
		h.serving.Go(func() error { return httpx.Serve(ctx, l, handler) })
	}
	if h.postgres == nil {
		return
	}
	h.serving.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case <-h.postgres.Exited():
			return errors.New("PostgreSQL ended; its log is in " + h.postgres.Dir())
		}
	})
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
	_ = h.lock.Close()
}
