package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"w2w/pkg/app"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
)

// slow is a service with one request that lasts until it is released.
type slow struct {
	metrics           *prometheus.Registry
	entered, released chan struct{}
	draining, closed  atomic.Bool
}

func (s *slow) Public() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(s.entered)
			<-s.released
		}
		_, _ = io.WriteString(w, "done")
	})
}

func (s *slow) Internal() http.Handler {
	return httpx.Internal(s.metrics, func(*gin.Context) error {
		if s.draining.Load() {
			return fault.New(fault.Unavailable, "si ferma", "stopping")
		}
		return nil
	})
}

func (s *slow) Drain() { s.draining.Store(true) }
func (s *slow) Close() { s.closed.Store(true) }

// free returns an address on which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// get returns the status, 0 when nobody answers.
func get(url string) int {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(url)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

// closes says whether an answer asks its caller to come back by another connection.
func closes(t *testing.T, url string) bool {
	t.Helper()
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	return res.Close
}

// TestDrain stops a process with a request under way: the process is unready at once, goes on serving for the
// delay, lets the request finish, and ends.
func TestDrain(t *testing.T) {
	t.Parallel()
	_, database := testkit.URLs(t, "nothing")
	public, internal := free(t), free(t)
	s := &slow{entered: make(chan struct{}), released: make(chan struct{})}
	program := app.Program[struct{}]{Name: "test", Schema: "nothing", Start: func(_ context.Context, _ struct{}, p app.Process) (app.Service, error) {
		s.metrics = p.Metrics
		return s, nil
	}}
	ctx, stop := context.WithCancel(context.Background())
	ended, slowly := make(chan error, 1), make(chan int, 1)
	environ := []string{"W2W_DATABASE_URL=" + database, "W2W_ADDR=" + public, "W2W_INTERNAL_ADDR=" + internal, "W2W_DRAIN_DELAY=2s"}
	require.ErrorContains(t, program.Ready(ctx, environ), "not ready")
	go func() { ended <- program.Run(ctx, environ) }()
	answers := func(url string, status int) {
		t.Helper()
		require.Eventually(t, func() bool { return get(url) == status }, 10*time.Second, 10*time.Millisecond, url)
	}
	answers("http://"+internal+"/readyz", http.StatusOK)
	require.NoError(t, program.Ready(ctx, environ))
	require.Equal(t, http.StatusOK, get("http://"+internal+"/metrics"))
	require.False(t, closes(t, "http://"+public+"/quick"))
	go func() { slowly <- get("http://" + public + "/slow") }()
	<-s.entered
	stop()
	answers("http://"+internal+"/readyz", http.StatusServiceUnavailable)
	require.EqualError(t, program.Ready(t.Context(), environ), "not ready: 503 stopping")
	require.Equal(t, http.StatusOK, get("http://"+internal+"/healthz"), "unready is not ill")
	require.Equal(t, http.StatusOK, get("http://"+public+"/quick"), "who has not heard of it yet is served")
	require.True(t, closes(t, "http://"+public+"/quick"), "by another connection")
	answers("http://"+public+"/quick", 0)
	require.False(t, s.closed.Load(), "a request is under way")
	close(s.released)
	require.Equal(t, http.StatusOK, <-slowly)
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		require.Fail(t, "the process did not end")
	}
	require.True(t, s.closed.Load())
}

func TestAnAddressThatIsTakenEndsTheStart(t *testing.T) {
	t.Parallel()
	_, database := testkit.URLs(t, "nothing")
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	for _, addresses := range [][2]string{{other.Listener.Addr().String(), free(t)}, {free(t), other.Listener.Addr().String()}} {
		s, started := &slow{}, false
		program := app.Program[struct{}]{Name: "test", Schema: "nothing", Start: func(context.Context, struct{}, app.Process) (app.Service, error) {
			started = true
			return s, nil
		}}
		err := program.Run(context.Background(), []string{"W2W_DATABASE_URL=" + database, "W2W_ADDR=" + addresses[0], "W2W_INTERNAL_ADDR=" + addresses[1]})
		require.ErrorContains(t, err, "listen")
		require.Equal(t, started, s.closed.Load(), "what was begun is closed")
	}
}

func TestSettingsThatNobodyReadsStopTheStart(t *testing.T) {
	t.Parallel()
	type own struct {
		Depth int `env:"W2W_OWN_DEPTH,required"`
	}
	program := app.Program[own]{Name: "test", Schema: "nothing"}
	for name, environ := range map[string][]string{
		"W2W_DATABASE_URL":           {"W2W_OWN_DEPTH=1"},
		"W2W_OWN_DEPTH":              {"W2W_DATABASE_URL=x"},
		"W2W_OWN_DEPHT is unknown":   {"W2W_DATABASE_URL=x", "W2W_OWN_DEPTH=1", "W2W_OWN_DEPHT=5"},
		"DrainDelay":                 {"W2W_DATABASE_URL=x", "W2W_OWN_DEPTH=1", "W2W_DRAIN_DELAY=soon"},
		"W2W_DRAIN_DELYA is unknown": {"W2W_DRAIN_DELYA=1s"},
		"must be from 4 to 1000":     {"W2W_DATABASE_URL=x", "W2W_OWN_DEPTH=1", "W2W_DATABASE_CONNECTIONS=3"},
		"is 1001, and must be":       {"W2W_DATABASE_URL=x", "W2W_OWN_DEPTH=1", "W2W_DATABASE_CONNECTIONS=1001"},
		"is -4, and must be":         {"W2W_DATABASE_URL=x", "W2W_OWN_DEPTH=1", "W2W_DATABASE_CONNECTIONS=-4"},
		"LogLevel":                   {"W2W_DATABASE_URL=x", "W2W_OWN_DEPTH=1", "W2W_LOG_LEVEL=loud"},
	} {
		require.ErrorContains(t, program.Run(context.Background(), environ), name)
	}
}
