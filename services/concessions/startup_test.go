package concessions_test

import (
	"context"
	"net/url"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/database/embedded"
	"w2w/services/concessions"
)

const password = "only-for-tests"

// migrated is a private PostgreSQL with the schema of the service, in a folder of its own.
func migrated(t *testing.T) (server *embedded.Server, restart func() *embedded.Server) {
	t.Helper()
	dir := t.TempDir()
	restart = func() *embedded.Server {
		if server != nil {
			server.Stop()
		}
		var err error
		server, err = embedded.Start(context.Background(), dir)
		require.NoError(t, err)
		return server
	}
	restart()
	t.Cleanup(func() {
		server.Stop()
		_ = os.RemoveAll(server.Dir())
	})
	target := database.Target{Schema: concessions.Name, Role: "w2w_concessions", Password: password}
	require.NoError(t, database.Migrate(context.Background(), server.URL(), target, concessions.Migrations()...))
	return server, restart
}

func execute(t *testing.T, s *embedded.Server, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), s.URL())
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for _, statement := range statements {
		_, err = conn.Exec(context.Background(), statement)
		require.NoError(t, err, statement)
	}
}

// start runs the program on a server until the context ends.
func start(ctx context.Context, t *testing.T, s *embedded.Server, more ...string) error {
	t.Helper()
	address, err := url.Parse(s.URL())
	require.NoError(t, err)
	address.User = url.UserPassword("w2w_concessions", password)
	return concessions.Program().Run(ctx, append([]string{"W2W_DATABASE_URL=" + address.String(), "W2W_GATEWAY_KEYS_URL=http://127.0.0.1:1",
		"W2W_CONCESSIONS_PERSON_KEYS=" + t.TempDir(), "W2W_CONCESSIONS_MAKE_KEYS=true", "W2W_ADDR=127.0.0.1:0", "W2W_INTERNAL_ADDR=127.0.0.1:0",
		"W2W_DRAIN_DELAY=0s", "W2W_LOG_LEVEL=error"}, more...))
}

// TestStartup is row 38 of the catalogue: the process refuses a server that may lose what it has acknowledged, and
// settings that it does not know. For a schema that it does not know, it waits: waiting_test.go.
func TestStartup(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a PostgreSQL")
	}
	t.Parallel()
	server, restart := migrated(t)
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		execute(t, server, "alter system set "+setting+" = off")
		server = restart()
		require.ErrorContains(t, start(t.Context(), t, server), "set "+setting+" to on")
		execute(t, server, "alter system reset "+setting)
	}
	server = restart()
	require.ErrorContains(t, start(t.Context(), t, server, "W2W_DATABSE_URL=x"), "W2W_DATABSE_URL is unknown")
}
