package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"w2w/pkg/clock"
	"w2w/pkg/config"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/gateway"
)

// settings are those of the process and of the gateway in it.
type settings struct {
	DatabaseURL  string         `env:"W2W_DATABASE_URL,required"`
	Addr         string         `env:"W2W_ADDR" envDefault:":8080"`
	InternalAddr string         `env:"W2W_INTERNAL_ADDR" envDefault:":9090"`
	Specs        []string       `env:"W2W_SPECS"` // files; the name before the first dot is the API's
	Gateway      gateway.Config `envPrefix:"W2W_GATEWAY_"`
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
	specs, err := readSpecs(p.Specs)
	if err != nil {
		return err
	}
	db, err := database.Open(ctx, database.Options{URL: p.DatabaseURL, Schema: gateway.Schema, MaxConns: 10})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.CheckDurability(ctx); err != nil {
		return err
	}
	s, err := gateway.New(ctx, p.Gateway, gateway.Deps{DB: db, Log: log, Clock: clock.System, Metrics: prometheus.NewRegistry(), Specs: specs})
	if err != nil {
		return err
	}
	defer s.Close()
	return serve(ctx, s, p)
}

// serve runs both listeners until one fails or the process is told to stop.
func serve(ctx context.Context, s *gateway.Service, p settings) error {
	public, err := net.Listen("tcp", p.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	internal, err := net.Listen("tcp", p.InternalAddr)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), public.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 2)
	go func() { ended <- httpx.Serve(ctx, public, s.Handler()) }()
	go func() { ended <- httpx.Serve(ctx, internal, s.Internal()) }()
	first := <-ended
	cancel()
	return errors.Join(first, <-ended)
}

func readSpecs(files []string) (map[string][]byte, error) {
	specs := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("specification: %w", err)
		}
		specs[specName(file)] = data
	}
	return specs, nil
}

func specName(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return name
}
