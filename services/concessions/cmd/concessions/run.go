package main

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/config"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/concessions"
)

// settings are those of the process and of the service in it.
type settings struct {
	DatabaseURL  string             `env:"W2W_DATABASE_URL,required"`
	GatewayKeys  string             `env:"W2W_GATEWAY_KEYS_URL,required"` // where the gateway serves the keys of internal tokens
	Addr         string             `env:"W2W_ADDR" envDefault:":8081"`
	InternalAddr string             `env:"W2W_INTERNAL_ADDR" envDefault:":9090"`
	Concessions  concessions.Config `envPrefix:"W2W_CONCESSIONS_"`
}

func run(ctx context.Context, environ []string) error {
	var p settings
	if err := config.Load(environ, &p); err != nil {
		return err
	}
	log, err := zap.NewProduction()
	if err != nil {
		return err
	}
	db, err := database.Open(ctx, database.Options{URL: p.DatabaseURL, Schema: concessions.Name, MaxConns: 20})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.CheckDurability(ctx); err != nil {
		return err
	}
	s, err := concessions.New(ctx, p.Concessions, concessions.Deps{DB: db, Log: log, Clock: clock.System, Metrics: prometheus.NewRegistry(),
		Keys: auth.NewRemoteKeys(p.GatewayKeys, http.DefaultClient, clock.System)})
	if err != nil {
		return err
	}
	defer s.Close()
	return serve(ctx, s, p)
}

// serve runs both listeners until one fails or the process is told to stop.
func serve(ctx context.Context, s *concessions.Service, p settings) error {
	group, ctx := errgroup.WithContext(ctx)
	for addr, h := range map[string]http.Handler{p.Addr: s.Handler(), p.InternalAddr: s.Internal()} {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		group.Go(func() error { return httpx.Serve(ctx, l, h) })
	}
	return group.Wait()
}
