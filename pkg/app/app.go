// Package app is the process around a service: settings, logger, metrics, database, listeners, and an orderly
// end. The main of each service is one call of Main.
package app

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"w2w/pkg/clock"
	"w2w/pkg/config"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/tracing"
)

// Service is what a process runs.
type Service interface {
	Public() http.Handler   // answers callers
	Internal() http.Handler // answers operators: health, readiness, metrics
	Drain()                 // makes it unready; it goes on serving
	Close()                 // ends its background work, after the listeners
}

// Process is what a service is given by its process.
type Process struct {
	DB      *database.DB
	Log     *zap.Logger
	Metrics *prometheus.Registry
	Clock   clock.Clock
}

// Program says how to run a service whose own settings are an S.
type Program[S any] struct {
	Name     string
	Schema   string
	MaxConns int32
	Start    func(ctx context.Context, settings S, p Process) (Service, error)
}

// Main runs the program until it is told to stop, or ends the process with status 1 and the reason. A second
// signal ends it at once. With the argument `ready` it asks the process that runs already.
func Main[S any](p Program[S]) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	do := p.Run
	if len(os.Args) == 2 && os.Args[1] == "ready" {
		do = p.Ready
	}
	if err := do(ctx, os.Environ()); err != nil {
		fmt.Fprintln(os.Stderr, p.Name+":", err)
		os.Exit(1)
	}
}

// Run runs the program in an environment until the context ends, and then stops in order: unready, serving for
// a while yet, requests under way, background work, database.
func (p Program[S]) Run(ctx context.Context, environ []string) error {
	all, err := p.settings(environ)
	if err != nil {
		return err
	}
	common := all.Common
	log, err := NewLogger(p.Name, common.LogLevel, "stderr")
	if err != nil {
		return err
	}
	defer zap.RedirectStdLog(log)() // net/http writes there
	log.Info("starting", zap.String("version", Version))
	stop, err := tracing.Start(ctx, tracing.Options{Endpoint: common.OTLPEndpoint, Service: p.Name, Version: Version, Share: common.TraceShare,
		Report: func(err error) { log.Warn("traces are not sent", zap.Error(err)) }})
	if err != nil {
		return err
	}
	defer endTraces(stop)
	db, err := database.Open(ctx, database.Options{URL: common.DatabaseURL, Schema: p.Schema, MaxConns: cmp.Or(int32(common.Connections), p.MaxConns)})
	if err != nil {
		return err
	}
	defer db.Close()
	desk, err := openOperators(ctx, common.InternalAddr)
	if err != nil {
		return err
	}
	defer desk.close()
	s, err := p.begin(ctx, all.Own, Process{DB: db, Log: log, Clock: clock.System}, desk)
	if err != nil || s == nil {
		return err
	}
	defer s.Close()
	return serve(ctx, s, common, desk)
}

// CheckSettings says what is wrong with the settings of an environment, and runs nothing.
func (p Program[S]) CheckSettings(environ []string) error {
	_, err := p.settings(environ)
	return err
}

// all are the settings of a process: those of every one, and its service's own.
type all[S any] struct {
	Common Settings
	Own    S
}

func (p Program[S]) settings(environ []string) (a all[S], err error) {
	if err = config.Load(environ, &a); err != nil {
		return a, err
	}
	return a, a.Common.check()
}

// lastSpans bounds the wait for a collector that does not answer.
const lastSpans = 2 * time.Second

func endTraces(stop func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), lastSpans)
	defer cancel()
	_ = stop(ctx) // spans that are lost harm nobody
}

// NewRegistry returns a registry with the figures of the process itself; a process has one of them.
func NewRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// serve answers callers until a listener fails or the context ends. After that the service is unready but goes
// on answering for the delay, in which those who send calls learn of it; then requests under way are finished.
func serve(ctx context.Context, s Service, settings Settings, desk *operators) error {
	debug.FreeOSMemory() // what only the start needed: contracts and parameters as they were parsed
	public, err := net.Listen("tcp", settings.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	group, serving := errgroup.WithContext(serving)
	door := &leaving{Handler: s.Public()}
	group.Go(func() error { return httpx.Serve(serving, public, door) })
	desk.handTo(s.Internal()) // not ready before there is somebody to take a call
	group.Go(func() error { return desk.wait(serving) })
	select {
	case <-serving.Done(): // a listener failed
		return group.Wait()
	case <-ctx.Done():
	}
	s.Drain()
	door.ending.Store(true)
	select {
	case <-serving.Done():
	case <-time.After(settings.DrainDelay):
	}
	stop()
	return group.Wait()
}

// leaving answers callers; once it is ending, each answer asks its caller to come back by a new connection, so that
// none sends a call by one that is about to be closed.
type leaving struct {
	http.Handler
	ending atomic.Bool
}

// ServeHTTP implements http.Handler.
func (l *leaving) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l.ending.Load() {
		w.Header().Set("Connection", "close")
	}
	l.Handler.ServeHTTP(w, r)
}
