package gateway_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

func TestRunServesUntilToldToStop(t *testing.T) {
	t.Parallel()
	_, databaseURL := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	spec := filepath.Join(t.TempDir(), "concessions.v1.yaml")
	require.NoError(t, os.WriteFile(spec, []byte("openapi: 3.0.3\n"), 0o600))
	free := httptest.NewServer(http.NotFoundHandler())
	addr := free.Listener.Addr().String()
	free.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		ended <- gateway.Program().Run(ctx, []string{"W2W_DRAIN_DELAY=0s",
			"W2W_DATABASE_URL=" + databaseURL, "W2W_ADDR=" + addr, "W2W_INTERNAL_ADDR=127.0.0.1:0", "W2W_SPECS=" + spec,
			"W2W_GATEWAY_ISSUER=https://gateway.example", "W2W_GATEWAY_KEY_DIR=" + t.TempDir(), "W2W_GATEWAY_DEV_CLIENTS=true",
			"W2W_GATEWAY_ROUTES=concessions=http://127.0.0.1:1",
		})
	}()
	require.Eventually(t, func() bool {
		res, err := http.Get("http://" + addr + "/openapi/concessions.json")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 10*time.Second, 20*time.Millisecond)
	cancel()
	require.NoError(t, <-ended)
}

func TestRunNamesTheSettingThatIsMissing(t *testing.T) {
	t.Parallel()
	for name, environ := range map[string][]string{
		"W2W_DATABASE_URL":   {},
		"W2W_GATEWAY_ISSUER": {"W2W_DATABASE_URL=postgres://127.0.0.1:1/x"},
		"W2W_GATEWAY_ROUT":   {"W2W_DATABASE_URL=x", "W2W_GATEWAY_ISSUER=a", "W2W_GATEWAY_KEY_DIR=b", "W2W_GATEWAY_ROUTES=c=http://d", "W2W_GATEWAY_ROUT=1"},
	} {
		err := gateway.Program().Run(t.Context(), environ)
		require.Error(t, err)
		require.True(t, strings.Contains(err.Error(), name), "%s: %v", name, err)
	}
}
