package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"go.uber.org/zap"

	"w2w/services/suite/internal/house"
)

var errUsage = errors.New(`usage:
  w2w run --data-dir DIR --addr HOST:PORT [--no-demo]
  w2w import season DIR --out DIR (--data-dir DIR | --gateway URL --clients FILE)
  w2w simulate inps (--data-dir DIR | --gateway URL --clients FILE)`)

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) >= 1 && args[0] == "run":
		return runHouse(ctx, args[1:])
	case len(args) >= 3 && args[0] == "import" && args[1] == "season":
		return importSeason(ctx, args[2], args[3:])
	case len(args) >= 2 && args[0] == "simulate" && args[1] == "inps":
		return simulateINPS(ctx, args[2:])
	default:
		return errUsage
	}
}

func runHouse(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	dir := flags.String("data-dir", ".w2w", "folder for the data")
	addr := flags.String("addr", "127.0.0.1:8080", "address of the gateway")
	noDemo := flags.Bool("no-demo", false, "start empty")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	log, err := fileLog(*dir)
	if err != nil {
		return err
	}
	h, err := house.Open(ctx, house.Options{DataDir: *dir, Addr: *addr, Log: log})
	if err != nil {
		return err
	}
	defer h.Close()
	if !*noDemo {
		if err := showDemo(ctx, h.URL, *dir); err != nil && ctx.Err() == nil {
			return fmt.Errorf("demo season: %w", err)
		}
	}
	if ctx.Err() == nil {
		fmt.Printf("API      %[1]s/concessions/v1\nDocs     %[1]s/docs\nMetrics  %[1]s/metrics\nClients  %[2]s\nStop with Ctrl-C.\n", h.URL, filepath.Join(*dir, house.ClientsFile))
	}
	return h.Wait()
}

// fileLog writes the services' JSON log beside the data and leaves the terminal to people.
func fileLog(dir string) (*zap.Logger, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	c := zap.NewProductionConfig()
	c.OutputPaths = []string{filepath.Join(dir, "w2w.log")}
	c.Sampling = nil
	return c.Build()
}
