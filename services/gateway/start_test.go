package gateway_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/config"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

// production has the settings of a gateway outside development, with its keys in place.
func production(t *testing.T) gateway.Config {
	t.Helper()
	cfg, err := gateway.DefaultConfig()
	require.NoError(t, err)
	cfg.Issuer, cfg.KeyDir, cfg.Routes = issuer, t.TempDir(), map[string]string{"concessions": "http://127.0.0.1:1"}
	for _, ring := range []string{"external", "internal"} {
		_, err := auth.OpenOrMakeRing(filepath.Join(cfg.KeyDir, ring))
		require.NoError(t, err)
	}
	return cfg
}

func TestStartIsRefused(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, gateway.Schema, gateway.Migrations()...)
	secret, err := auth.NewCredential("a", "PORTAL", "LAZ", "applications:read")
	require.NoError(t, err)
	secret.Secret = "s"
	nobody := secret
	nobody.Secret, nobody.Administration = "", ""
	withClients := func(t *testing.T, c ...auth.Credential) string {
		path := filepath.Join(t.TempDir(), "clients.json")
		require.NoError(t, auth.WriteClients(path, c))
		return path
	}
	cases := map[string]struct {
		change func(t *testing.T, c *gateway.Config)
		says   string
	}{
		"no keys outside development": {func(t *testing.T, c *gateway.Config) { c.KeyDir = t.TempDir() }, "load key"},
		"one key for both": {func(t *testing.T, c *gateway.Config) {
			data, err := os.ReadFile(filepath.Join(c.KeyDir, "internal", "active.pem"))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(c.KeyDir, "external", "next.pem"), data, 0o600))
		}, "both rings have"},
		"no services":  {func(_ *testing.T, c *gateway.Config) { c.Routes = nil }, "ROUTES"},
		"unknown role": {func(_ *testing.T, c *gateway.Config) { c.Role = "token" }, "W2W_GATEWAY_ROLE"},
		"a proxy without its ring": {func(_ *testing.T, c *gateway.Config) {
			c.Role, c.KeyDir = gateway.RoleProxy, filepath.Join(c.KeyDir, "external")
		}, "load key"},
		"rings never read again":          {func(_ *testing.T, c *gateway.Config) { c.KeyReload = 0 }, "KEY_RELOAD"},
		"a secret outside development":    {func(t *testing.T, c *gateway.Config) { c.ClientsFile = withClients(t, secret) }, "development only"},
		"a client without administration": {func(t *testing.T, c *gateway.Config) { c.ClientsFile = withClients(t, nobody) }, "administration"},
		"route over the token endpoint":   {func(_ *testing.T, c *gateway.Config) { c.Routes = map[string]string{"oauth2": "http://x"} }, "route name"},
		"route without address":           {func(_ *testing.T, c *gateway.Config) { c.Routes = map[string]string{"lsu": "here"} }, "http address"},
		"rate in words":                   {func(_ *testing.T, c *gateway.Config) { c.PublicRate = "often" }, "rate"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := production(t)
			tc.change(t, &cfg)
			_, err := gateway.New(t.Context(), cfg, gateway.Deps{DB: db, Log: zap.NewNop(), Clock: clock.System, Metrics: prometheus.NewRegistry()})
			require.ErrorContains(t, err, tc.says)
		})
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	needed := []string{"W2W_GATEWAY_ISSUER=" + issuer, "W2W_GATEWAY_KEY_DIR=/keys", "W2W_GATEWAY_ROUTES=concessions=http://c:8080"}
	var s gateway.Settings
	require.NoError(t, config.Load(needed, &s))
	require.Equal(t, map[string]string{"concessions": "http://c:8080"}, s.Service.Routes)
	require.Equal(t, "50/100", s.Service.Rates["PORTAL"])
	require.False(t, s.Service.DevClients)
	require.ErrorContains(t, config.Load(append(needed, "W2W_GATEWAY_ISSUR=x"), &s), "W2W_GATEWAY_ISSUR is unknown")
	require.ErrorContains(t, config.Load(needed[1:], &s), "W2W_GATEWAY_ISSUER")
}
