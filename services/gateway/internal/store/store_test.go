package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
	"w2w/services/gateway/internal/domain"
	"w2w/services/gateway/internal/store"
	"w2w/services/gateway/migrations"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func newDB(t *testing.T) *database.DB {
	t.Helper()
	return testkit.Database(t, "gateway", httpx.Migrations(), audit.Migrations(), database.Set{Name: "gateway", Files: migrations.Files})
}

func TestClientComesBackAsPutAndAsChanged(t *testing.T) {
	t.Parallel()
	clients := store.Clients{DB: newDB(t)}
	made, err := auth.NewCredential("portal-lazio", "PORTAL", "LAZ", "applications:read")
	require.NoError(t, err)
	key := made.Key.Public()
	c := domain.Client{ID: "portal-lazio", Kind: "PORTAL", Administration: "LAZ", Scopes: []string{"applications:read"}, Keys: []auth.JWK{key}, Purposes: []string{},
		State: domain.Active}
	for i, scopes := range [][]string{{"applications:read"}, {"applications:read", "applications:file"}, {"applications:read", "applications:file"}} {
		c.Scopes, c.Version = scopes, min(i+1, 2) // what does not change keeps its version
		require.NoError(t, clients.Put(t.Context(), []domain.Client{c}))
		got, err := clients.Client(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, c, got)
	}
	_, err = clients.Client(t.Context(), "nobody")
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestClientsAreHiddenFromOtherAdministrations(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	require.NoError(t, store.Clients{DB: db}.Put(t.Context(), []domain.Client{{ID: "a", Kind: "PORTAL", Administration: "LAZ", Scopes: []string{"x"}}}))
	for administration, want := range map[string]int{"LAZ": 1, "*": 1, "PIE": 0, "": 0} {
		var n int
		require.NoError(t, db.Read(t.Context(), administration, func(b *pgx.Batch) {
			b.Queue(`select count(*) from clients`).QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
		}))
		require.Equal(t, want, n, "seen by %q", administration)
	}
}

func TestSweepKeepsWhatCouldComeAgain(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	tables := []domain.Once{store.NewAssertions(db), store.NewProofs(db)}
	for _, used := range tables {
		for jti, until := range map[string]time.Time{"old": noon.Add(-4 * time.Hour), "young": noon.Add(-time.Minute)} {
			ok, err := used.Spend(t.Context(), "a", jti, until)
			require.NoError(t, err)
			require.True(t, ok)
		}
	}
	n, err := store.Sweep(t.Context(), db, noon)
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	for _, used := range tables {
		for party, fresh := range map[string]bool{"a": false, "b": true} {
			ok, err := used.Spend(t.Context(), party, "young", noon)
			require.NoError(t, err)
			require.Equal(t, fresh, ok)
		}
	}
}

// A replica two hours ahead forgets nothing that serves the others.
func TestSweepTrustsTheSlowerClock(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	for _, used := range []domain.Once{store.NewAssertions(db), store.NewProofs(db)} {
		for _, fresh := range []bool{true, false} {
			ok, err := used.Spend(t.Context(), "a", "j", time.Now())
			require.NoError(t, err)
			require.Equal(t, fresh, ok)
			_, err = store.Sweep(t.Context(), db, time.Now().Add(4*time.Hour))
			require.NoError(t, err)
		}
	}
}

// registry counts its reads.
type registry struct {
	reads atomic.Int64
	err   error
}

func (r *registry) Client(_ context.Context, id string) (domain.Client, error) {
	r.reads.Add(1)
	return domain.Client{ID: id}, r.err
}

func TestCacheForgetsWithinAMinute(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err   error
		after time.Duration
		reads int64
	}{
		"at once":              {nil, 0, 1},
		"after 20 s":           {nil, 20 * time.Second, 1},
		"after 60 s":           {nil, 60 * time.Second, 2},
		"an unknown client":    {fault.New(fault.NotFound, "", ""), 20 * time.Second, 1},
		"a failure is no fact": {errors.New("down"), 0, 2},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now, r := noon, &registry{err: tc.err}
			c := store.NewCached(r, func() time.Time { return now })
			_, first := c.Client(t.Context(), "a")
			now = noon.Add(tc.after)
			_, second := c.Client(t.Context(), "a")
			require.Equal(t, tc.reads, r.reads.Load())
			require.Equal(t, tc.err, first)
			require.Equal(t, tc.err, second)
		})
	}
}
