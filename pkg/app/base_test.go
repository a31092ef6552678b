package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/app"
	"w2w/pkg/audit"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
)

func process(t *testing.T) app.Process {
	return app.Process{DB: testkit.Database(t, "things", audit.Migrations()), Log: zap.NewNop(), Metrics: prometheus.NewRegistry(), Clock: clock.System}
}

func status(h http.Handler, path string) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code
}

func TestABaseAnswersOperatorsAndEndsInOrder(t *testing.T) {
	t.Parallel()
	own := app.Own{Name: "things", Migrations: []database.Set{audit.Migrations()}, AuditKey: filepath.Join(t.TempDir(), "audit.pem"), MakeKeys: true}
	starting, started := context.WithCancel(t.Context())
	b, err := app.NewBase(starting, own, process(t))
	require.NoError(t, err)
	b.Start(http.NotFoundHandler())
	ended := false
	working := make(chan struct{})
	b.Go(func(ctx context.Context) {
		close(working)
		<-ctx.Done()
		ended = true
	})
	<-working
	started() // the work outlives the start
	var s app.Service = b
	require.Equal(t, http.StatusNotFound, status(s.Public(), "/"))
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/metrics": 200, audit.CheckpointPath: 204, audit.KeyPath: 200} {
		require.Equal(t, want, status(s.Internal(), path), path)
	}
	page := httptest.NewRecorder()
	s.Internal().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{`w2w_build_info{go="go`, `w2w_schema_version{set="audit"} `, `w2w_key_made_timestamp_seconds{state="active",use="audit"} `} {
		require.Contains(t, page.Body.String(), "\n"+line)
	}
	s.Drain()
	require.Equal(t, http.StatusServiceUnavailable, status(s.Internal(), "/readyz"))
	require.Equal(t, http.StatusOK, status(s.Internal(), "/healthz"))
	s.Close()
	require.True(t, ended, "Close waits for the work")
}

func TestABaseRefusesAnotherSchemaAndAMissingKey(t *testing.T) {
	t.Parallel()
	p := process(t)
	_, err := app.NewBase(t.Context(), app.Own{Name: "things", Migrations: []database.Set{audit.Migrations(), httpx.Migrations()}}, p)
	require.Error(t, err)
	_, err = app.NewBase(t.Context(), app.Own{Name: "things", Migrations: []database.Set{audit.Migrations()}, AuditKey: filepath.Join(t.TempDir(), "none.pem")}, p)
	require.ErrorContains(t, err, "audit key")
}
