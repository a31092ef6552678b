package gateway

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"w2w/pkg/app"
)

// Settings are what a process of the gateway reads beside those of every process.
type Settings struct {
	Specs   []string `env:"W2W_SPECS"` // files of the contracts that /docs shows; the name before the first dot is the API's
	Service Config   `envPrefix:"W2W_GATEWAY_"`
}

// Program runs the gateway alone, as in a cluster.
func Program() app.Program[Settings] {
	return app.Program[Settings]{Name: "gateway", Schema: Schema, MaxConns: 10,
		Start: func(ctx context.Context, s Settings, p app.Process) (app.Service, error) {
			specs, err := readSpecs(s.Specs)
			if err != nil {
				return nil, err
			}
			return New(ctx, s.Service, Deps{DB: p.DB, Log: p.Log, Clock: p.Clock, Metrics: p.Metrics, Specs: specs})
		}}
}

func readSpecs(files []string) (map[string][]byte, error) {
	specs := map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("specification: %w", err)
		}
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		specs[name] = data
	}
	return specs, nil
}
