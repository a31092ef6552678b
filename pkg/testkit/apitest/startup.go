package apitest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
)

const startPassword = "only-for-tests"

// Starter starts the program of a service on a private PostgreSQL that has its schema.
type Starter struct {
	service *Service
	run     func(ctx context.Context, settings []string) error
	server  *embedded.Server
	dir     string
}

// Starter makes the PostgreSQL, in a folder of its own.
func (s *Service) Starter(t *testing.T, run func(ctx context.Context, settings []string) error) *Starter {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL")
	}
	p := &Starter{service: s, run: run, dir: t.TempDir()}
	p.Restart(t)
	t.Cleanup(func() {
		p.server.Stop()
		_ = os.RemoveAll(p.server.Dir())
	})
	target := database.Target{Schema: s.Name, Role: "w2w_" + s.Name, Password: startPassword}
	require.NoError(t, database.Migrate(context.Background(), p.server.URL(), target, s.Migrations...))
	return p
}

// RequireStartup wants the program to refuse a server that may lose what it has acknowledged and a setting that there
// is not, and to start when all is in order. For its database, and for the schema that it knows, it waits.
func (s *Service) RequireStartup(t *testing.T, run func(ctx context.Context, settings []string) error) {
	t.Helper()
	p := s.Starter(t, run)
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		p.Execute(t, "alter system set "+setting+" = off")
		p.Restart(t)
		require.ErrorContains(t, p.Start(t.Context(), t), "set "+setting+" to on")
		p.Execute(t, "alter system reset "+setting)
	}
	p.Restart(t)
	require.ErrorContains(t, p.Start(t.Context(), t, "W2W_DATABSE_URL=x"), "W2W_DATABSE_URL is unknown")
	p.requireReady(t)
}

// URL is the address of the PostgreSQL for its owner.
func (p *Starter) URL() string { return p.server.URL() }

// Stop stops the PostgreSQL.
func (p *Starter) Stop() { p.server.Stop() }

// Restart starts the PostgreSQL again, at another port.
func (p *Starter) Restart(t *testing.T) {
	t.Helper()
	if p.server != nil {
		p.server.Stop()
	}
	var err error
	p.server, err = embedded.Start(context.Background(), p.dir)
	require.NoError(t, err)
}

// Execute runs statements as the owner.
func (p *Starter) Execute(t *testing.T, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), p.server.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for _, statement := range statements {
		_, err = conn.Exec(context.Background(), statement)
		require.NoError(t, err, statement)
	}
}

// Start runs the program, with more settings, until the context ends.
func (p *Starter) Start(ctx context.Context, t *testing.T, more ...string) error {
	t.Helper()
	return p.run(ctx, append(p.settings(t, t.TempDir(), "http://127.0.0.1:1", "W2W_ADDR=127.0.0.1:0", "W2W_INTERNAL_ADDR=127.0.0.1:0",
		"W2W_DRAIN_DELAY=0s", "W2W_LOG_LEVEL=error"), more...))
}

// settings are those of a process with the keys of persons in a folder and those of tokens at an address, and more.
func (p *Starter) settings(t *testing.T, people, keys string, more ...string) []string {
	t.Helper()
	own := "W2W_" + strings.ToUpper(p.service.Name) + "_"
	return append([]string{"W2W_DATABASE_URL=" + p.role(t), "W2W_GATEWAY_KEYS_URL=" + keys, own + "PERSON_KEYS=" + people, own + "MAKE_KEYS=true"}, more...)
}

// role is the address of the PostgreSQL for the service.
func (p *Starter) role(t *testing.T) string {
	t.Helper()
	address, err := url.Parse(p.server.URL())
	require.NoError(t, err)
	address.User = url.UserPassword("w2w_"+p.service.Name, startPassword)
	return address.String()
}

// requireReady wants the program to start and to end when it is told.
func (p *Starter) requireReady(t *testing.T) {
	t.Helper()
	free := httptest.NewServer(http.NotFoundHandler())
	internal := free.Listener.Addr().String()
	free.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- p.Start(ctx, t, "W2W_INTERNAL_ADDR="+internal) }()
	require.Eventually(t, func() bool {
		res, err := http.Get("http://" + internal + "/readyz")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, 10*time.Second, 20*time.Millisecond, "all in order, it starts")
	stop()
	require.NoError(t, <-ended)
}
