package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

var errUsage = errors.New(`usage:
  w2w run --data-dir DIR --addr HOST:PORT [--no-demo]
  w2w import season DIR --out DIR (--data-dir DIR | --gateway URL --clients FILE)`)

// demo is the season that a new house shows.
//
//go:embed demo/*.csv
var demo embed.FS

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) >= 1 && args[0] == "run":
		return runHouse(ctx, args[1:])
	case len(args) >= 3 && args[0] == "import" && args[1] == "season":
		return importSeason(ctx, args[2], args[3:])
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

const demoDone = "demo-season"

// showDemo imports the demo season once in the life of a data folder.
func showDemo(ctx context.Context, url, dir string) error {
	mark := filepath.Join(dir, demoDone)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	files, err := os.MkdirTemp("", "w2w-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(files)
	folder, err := fs.Sub(demo, "demo")
	if err != nil {
		return err
	}
	if err := os.CopyFS(files, folder); err != nil {
		return err
	}
	if err := send(ctx, url, filepath.Join(dir, house.ClientsFile), files, filepath.Join(dir, demoDone+"-results")); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o644)
}

func importSeason(ctx context.Context, from string, args []string) error {
	flags := flag.NewFlagSet("import season", flag.ContinueOnError)
	out := flags.String("out", "", "folder for the results")
	dir := flags.String("data-dir", "", "folder of a running house")
	url := flags.String("gateway", "", "address of the gateway")
	clients := flags.String("clients", "", "file of clients with keys")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if *dir != "" {
		address, err := os.ReadFile(filepath.Join(*dir, house.AddressFile))
		if err != nil {
			return fmt.Errorf("%w: no house has run in %s", errUsage, *dir)
		}
		*url, *clients = strings.TrimSpace(string(address)), filepath.Join(*dir, house.ClientsFile)
	}
	if *out == "" || *url == "" || *clients == "" {
		return errUsage
	}
	return send(ctx, *url, *clients, from, *out)
}

func send(ctx context.Context, url, clients, from, out string) error {
	credentials, err := auth.ReadClients(clients)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetDescription("season"), progressbar.OptionShowCount(),
		progressbar.OptionSetWriter(os.Stderr), progressbar.OptionOnCompletion(func() { fmt.Fprintln(os.Stderr) }))
	return season.Import(ctx, portal.NewBook(url, credentials), from, out, func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done) // a terminal that can't show it is no failure
	})
}
