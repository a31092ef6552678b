package house_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
	"w2w/services/suite/internal/house"
)

// TestEveryServiceIsBehindTheOneAddress finds each by its route, its contract and its metrics.
func TestEveryServiceIsBehindTheOneAddress(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	h, err := house.Open(t.Context(), house.Options{DataDir: testkit.Folder(t), Addr: "127.0.0.1:0", Log: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	get := func(path string) string {
		r, err := http.Get(h.URL + path)
		require.NoError(t, err)
		defer r.Body.Close()
		raw, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, r.StatusCode, "%s: %s", path, raw)
		return string(raw)
	}
	figures := get("/metrics")
	for _, name := range []string{gateway.Schema, concessions.Name, lsu.Name} {
		require.Contains(t, figures, `w2w_audit_unsealed_age_seconds{job="`+name+`"}`)
		require.Contains(t, get("/docs/specs.json"), `"/openapi/`+name+`.json"`)
	}
	for _, name := range []string{concessions.Name, lsu.Name} {
		require.JSONEq(t, `{"status": "ok", "version": "dev"}`, get("/"+name+"/v1/status"))
	}
}
