package apitest

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/testkit"
)

// House is a service over a database of the test's own, with a signer in the gateway's place.
type House struct {
	T        testing.TB
	DB       *database.DB
	Admin    string // the database for its owner
	URL      string
	People   string            // folder of the keys of persons
	Contract *testkit.Contract // every answer is held against it
	Log      *zap.Logger
	Now      clock.Clock // of the process, and of the tokens of its callers

	service *Service
	signer  *auth.Signer
}

// Open is a house whose log is read at the end of the test: no line names a person or holds a token.
func (s *Service) Open(t testing.TB) *House {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	t.Cleanup(func() {
		for _, line := range logs.All() {
			require.NotRegexp(t, s.secret(), line.Message+fmt.Sprint(line.ContextMap()))
		}
	})
	return s.OpenLogged(t, zap.New(core))
}

// OpenLogged is a house whose log the test reads.
func (s *Service) OpenLogged(t testing.TB, log *zap.Logger) *House {
	t.Helper()
	admin, service := testkit.URLs(t, s.Name, s.Migrations...)
	return s.over(t, admin, service, log).Replica()
}

// over is a house that has a database, as its owner and as the service reach it, and nobody in it yet.
func (s *Service) over(t testing.TB, admin, service string, log *zap.Logger) *House {
	t.Helper()
	require.NotEmpty(t, s.People, "the names in the tests' data")
	db, err := database.Open(context.Background(), database.Options{URL: service, Schema: s.Name, MaxConns: 20})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	contract, err := s.Contract()
	require.NoError(t, err)
	h := &House{T: t, DB: db, Admin: admin, People: t.TempDir(), Contract: contract, Log: log, Now: clock.System,
		service: s, signer: auth.NewSigner(key, auth.TypeInternal)}
	t.Cleanup(func() { s.Check(h) })
	t.Cleanup(h.requireEvents)
	return h
}

// Replica starts another process of the service on the same database.
func (h *House) Replica() *House {
	h.T.Helper()
	set, err := h.signer.Public()
	require.NoError(h.T, err)
	keys, err := auth.NewKeys(set)
	require.NoError(h.T, err)
	p, err := h.service.Start(h, keys)
	require.NoError(h.T, err)
	h.T.Cleanup(p.Close)
	front := httptest.NewServer(p.Public())
	h.T.Cleanup(front.Close)
	return h.At(front.URL)
}

// Clocked starts another process on the same database, whose clock is not that of the machine.
func (h *House) Clocked(now clock.Clock) *House {
	h.T.Helper()
	other := *h
	other.Now = now
	return other.Replica()
}

// At is the same house behind another address.
func (h *House) At(url string) *House {
	other := *h
	other.URL = url
	return &other
}

// AsOwner runs a statement as the owner of the tables and returns how many rows it changed.
func (h *House) AsOwner(statement string, args ...any) int64 {
	h.T.Helper()
	conn, err := pgx.Connect(context.Background(), h.Admin)
	require.NoError(h.T, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), "set search_path to "+h.service.Name+",public; set w2w.administration to '*'")
	require.NoError(h.T, err)
	tag, err := conn.Exec(context.Background(), statement, args...)
	require.NoError(h.T, err)
	return tag.RowsAffected()
}

// Audited counts the audit records of an act on a subject; both may be patterns of LIKE.
func (h *House) Audited(action, subject string) (n int) {
	h.T.Helper()
	require.NoError(h.T, h.DB.Read(context.Background(), auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue("select count(*) from audit_records where action like $1 and subject like $2", action, subject).
			QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	return n
}

// RequireEmpty wants each query to find no row; the names say what is wrong with one that is found.
func (h *House) RequireEmpty(queries map[string]string) {
	h.T.Helper()
	for name, query := range queries {
		var broken []string // judged after the read: a test that ends inside it would keep the connection
		require.NoError(h.T, h.DB.Read(context.Background(), auth.AllAdministrations, func(b *pgx.Batch) {
			b.Queue(query).Query(func(rows pgx.Rows) (err error) {
				broken, err = pgx.CollectRows(rows, pgx.RowTo[string])
				return err
			})
		}), name)
		require.Empty(h.T, broken, name)
	}
}
