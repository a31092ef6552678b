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

// starter starts the program of a service on a private PostgreSQL.
type starter struct {
	service *Service
	run     func(ctx context.Context, settings []string) error
	server  *embedded.Server
	dir     string
}

// RequireStartup wants the program to refuse a server that may lose what it has acknowledged, a schema that it does
// not know and a setting that there is not, and to start when all is in order.
func (s *Service) RequireStartup(t *testing.T, run func(ctx context.Context, settings []string) error) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a PostgreSQL")
	}
	p := &starter{service: s, run: run, dir: t.TempDir()}
	p.restart(t)
	t.Cleanup(func() {
		p.server.Stop()
		_ = os.RemoveAll(p.server.Dir())
	})
	target := database.Target{Schema: s.Name, Role: "w2w_" + s.Name, Password: startPassword}
	require.NoError(t, database.Migrate(context.Background(), p.server.URL(), target, s.Migrations...))
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		p.execute(t, "alter system set "+setting+" = off")
		p.restart(t)
		require.ErrorContains(t, p.start(t.Context(), t), "set "+setting+" to on")
		p.execute(t, "alter system reset "+setting)
	}
	p.restart(t)
	versions := s.Name + ".goose_" + s.Name
	newest := "(select max(version_id) from " + versions + ")"
	p.execute(t, "create table kept as select * from "+versions, "delete from "+versions+" where version_id = "+newest)
	require.Regexp(t, s.Name+` is at version \d+, this binary needs \d+`, p.start(t.Context(), t).Error(), "an older schema")
	p.execute(t, "insert into "+versions+" (version_id, is_applied) values (99, true)")
	require.Regexp(t, s.Name+` is at version 99, this binary needs \d+`, p.start(t.Context(), t).Error(), "a newer schema")
	p.execute(t, "delete from "+versions, "insert into "+versions+" overriding system value select * from kept")
	require.ErrorContains(t, p.start(t.Context(), t, "W2W_DATABSE_URL=x"), "W2W_DATABSE_URL is unknown")
	p.requireReady(t)
}

func (p *starter) restart(t *testing.T) {
	t.Helper()
	if p.server != nil {
		p.server.Stop()
	}
	var err error
	p.server, err = embedded.Start(context.Background(), p.dir)
	require.NoError(t, err)
}

func (p *starter) execute(t *testing.T, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), p.server.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for _, statement := range statements {
		_, err = conn.Exec(context.Background(), statement)
		require.NoError(t, err, statement)
	}
}

// start runs the program until the context ends.
func (p *starter) start(ctx context.Context, t *testing.T, more ...string) error {
	t.Helper()
	address, err := url.Parse(p.server.URL())
	require.NoError(t, err)
	address.User = url.UserPassword("w2w_"+p.service.Name, startPassword)
	own := "W2W_" + strings.ToUpper(p.service.Name) + "_"
	return p.run(ctx, append([]string{"W2W_DATABASE_URL=" + address.String(), "W2W_GATEWAY_KEYS_URL=http://127.0.0.1:1",
		own + "PERSON_KEYS=" + t.TempDir(), own + "MAKE_KEYS=true", "W2W_ADDR=127.0.0.1:0", "W2W_INTERNAL_ADDR=127.0.0.1:0",
		"W2W_DRAIN_DELAY=0s", "W2W_LOG_LEVEL=error"}, more...))
}

// requireReady wants the program to start and to end when it is told.
func (p *starter) requireReady(t *testing.T) {
	t.Helper()
	free := httptest.NewServer(http.NotFoundHandler())
	internal := free.Listener.Addr().String()
	free.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- p.start(ctx, t, "W2W_INTERNAL_ADDR="+internal) }()
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
