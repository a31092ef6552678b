package gateway_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/clock"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

const oneIssuer = `issuers: [{issuer: a, jwks_uri: "%s", algorithms: [%s], audience: b, max_life: %s, kind: %s%s}]`

func TestAFileOfIssuersThatCantBeUsedStopsTheStart(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, gateway.Schema, gateway.Migrations()...)
	entry := func(uri, algorithms, life, kind, rest string) string {
		return fmt.Sprintf(oneIssuer, uri, algorithms, life, kind, rest)
	}
	const good = "https://a.example/jwks.json"
	for name, tc := range map[string]struct{ file, says string }{
		"good":                       {entry(good, "ES256", "10m", "PDND", ""), ""},
		"unknown member":             {"issuer: []", "unknown field"},
		"keys without TLS":           {entry("http://a.example/jwks.json", "ES256", "10m", "PDND", ""), "no https address"},
		"an algorithm with a secret": {entry(good, "HS256", "10m", "PDND", ""), `"HS256" is none of`},
		"no algorithm":               {entry(good, "", "10m", "PDND", ""), "algorithms are missing"},
		"tokens of a week":           {entry(good, "ES256", "168h", "PDND", ""), "max_life"},
		"another kind":               {entry(good, "ES256", "10m", "SPID", ""), `"SPID" is none of`},
		"who speaks for anybody":     {entry(good, "ES256", "10m", "OAUTH", ""), "the clients that it may speak for"},
		"our own issuer":             {fmt.Sprintf(`issuers: [{issuer: %q, jwks_uri: %q, algorithms: [ES256], audience: b, max_life: 1m, kind: PDND}]`, issuer, good), "named twice"},
		"unknown pattern":            {`requirements: [{path: /c/v1, patterns: [INTEGRITY_REST_03]}]`, `requirement 1: patterns: "INTEGRITY_REST_03"`},
		"unknown method":             {`requirements: [{path: /c/v1, methods: [post], patterns: [INTEGRITY_REST_02]}]`, `requirement 1: methods: "post"`},
		"no path":                    {`requirements: [{patterns: [INTEGRITY_REST_02]}]`, "path or patterns"},
		"no key of users":            {`requirements: [{path: /c/v1, patterns: [AUDIT_REST_02]}]`, "users.key"},
		"unknown kind of client":     {`answers: {sign: [BANK]}`, `"BANK" is none of`},
		"answers of nobody":          {`answers: {sign: []}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := production(t)
			cfg.Issuers = filepath.Join(t.TempDir(), "issuers.yaml")
			require.NoError(t, os.WriteFile(cfg.Issuers, []byte(tc.file), 0o600))
			s, err := gateway.New(t.Context(), cfg, gateway.Deps{DB: db, Log: zap.NewNop(), Clock: clock.System, Metrics: prometheus.NewRegistry()})
			if tc.says == "" {
				require.NoError(t, err)
				s.Close()
				return
			}
			require.ErrorContains(t, err, tc.says)
		})
	}
}
