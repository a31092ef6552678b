package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"w2w/pkg/app"
	"w2w/pkg/config"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
	"w2w/services/suite/internal/house"
)

// settings are the variables of `w2w run`, which needs none.
type settings struct {
	DatabaseURL         string `env:"W2W_DATABASE_URL"`              // address of the database, for its owner; a private PostgreSQL without it
	GatewayPassword     string `env:"W2W_GATEWAY_ROLE_PASSWORD"`     // that the role w2w_gateway gets; one is made from the owner's without it
	ConcessionsPassword string `env:"W2W_CONCESSIONS_ROLE_PASSWORD"` // that the role w2w_concessions gets; one is made from the owner's without it
	LSUPassword         string `env:"W2W_LSU_ROLE_PASSWORD"`         // that the role w2w_lsu gets; one is made from the owner's without it
}

func (s settings) passwords() map[string]string {
	return map[string]string{gateway.Schema: s.GatewayPassword, concessions.Name: s.ConcessionsPassword, lsu.Name: s.LSUPassword}
}

func runHouse(ctx context.Context, c call) error {
	flags := newFlags()
	dir := flags.String("data-dir", ".w2w", "folder for the data")
	addr := flags.String("addr", "127.0.0.1:8080", "address of the gateway")
	noDemo := flags.Bool("no-demo", false, "start empty")
	if _, err := c.parse(flags, 0); err != nil {
		return err
	}
	var s settings
	if err := config.Load(os.Environ(), &s); err != nil {
		return err
	}
	log, err := fileLog(*dir)
	if err != nil {
		return err
	}
	defer zap.RedirectStdLog(log)() // net/http writes there
	h, err := house.Open(ctx, house.Options{DataDir: *dir, Addr: *addr, Log: log, Owner: s.DatabaseURL, Passwords: s.passwords(), Step: c.steps()})
	if ctx.Err() != nil {
		err = nil // told to stop while it started
	}
	if h == nil {
		return err
	}
	defer h.Close()
	if !*noDemo {
		if err := showDemo(ctx, h.URL, *dir); err != nil && ctx.Err() == nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	if ctx.Err() == nil {
		c.addresses(h.URL, *dir)
	}
	return h.Wait()
}

// steps shows each step of the start with the time that it took.
func (c call) steps() func(name, detail string) {
	began := time.Now()
	return func(name, detail string) {
		fmt.Fprintf(c.out, "%-11s %s (%.1f s)\n", name, detail, time.Since(began).Seconds())
		began = time.Now()
	}
}

func (c call) addresses(url, dir string) {
	fmt.Fprintf(c.out, `
API         %[1]s/concessions/v1
            %[1]s/lsu/v1
Docs        %[1]s/docs
Metrics     %[1]s/metrics
Clients     %[2]s (the client %[3]s has a secret; docs/regioni shows how to use it)
Stop with Ctrl-C.
`, url, filepath.Join(dir, house.ClientsFile), house.Developer)
}

// fileLog writes the services' JSON log beside the data and leaves the terminal to people.
func fileLog(dir string) (*zap.Logger, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return app.NewLogger("w2w", zap.InfoLevel, filepath.Join(dir, "w2w.log"))
}
