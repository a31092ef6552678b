package lsu

import (
	"context"
	"net/http"

	"w2w/pkg/app"
	"w2w/pkg/auth"
)

// Config are the settings of the service.
type Config struct {
	PersonKeys string `env:"PERSON_KEYS,required"` // folder with person-aead.json and person-mac.json
	MakeKeys   bool   `env:"MAKE_KEYS"`            // make missing keys; for development
	AuditKey   string `env:"AUDIT_KEY"`            // file of the key that signs checkpoints of the audit chain; unsigned without it
}

// Settings are what a process of the service reads beside those of every process.
type Settings struct {
	GatewayKeys string `env:"W2W_GATEWAY_KEYS_URL,required"` // where the gateway serves the keys of internal tokens
	Service     Config `envPrefix:"W2W_LSU_"`
}

// Program runs the service alone, as in a cluster.
func Program() app.Program[Settings] {
	return app.Program[Settings]{Name: Name, Schema: Name, MaxConns: 20,
		Start: func(ctx context.Context, s Settings, p app.Process) (app.Service, error) {
			keys := auth.NewRemoteKeys(s.GatewayKeys, http.DefaultClient, p.Clock)
			p.Metrics.MustRegister(keys)
			return New(ctx, s.Service, Deps{DB: p.DB, Log: p.Log, Clock: p.Clock, Metrics: p.Metrics, Keys: keys})
		}}
}
