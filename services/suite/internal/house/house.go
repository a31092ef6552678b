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

	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
	"w2w/pkg/httpx"
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
	pools    map[string]*database.DB // by schema
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
	h := &House{lock: lock, pools: map[string]*database.DB{}}
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
	return nil
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
	// Before it answers: who finds it ready may look for its address.
	if err := renameio.WriteFile(filepath.Join(o.DataDir, AddressFile), []byte(h.URL+"\n"), 0o644); err != nil {
		return err
	}
	figures := metrics{all: prometheus.NewRegistry(), each: map[string]*prometheus.Registry{}}
	gate, handlers, err := h.staff(ctx, o, figures)
	if err != nil {
		return err
	}
	handlers[public] = oneAddress(gate.Public(), httpx.Internal(figures.together(), h.ready))
	h.serve(ctx, handlers)
	return nil
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
