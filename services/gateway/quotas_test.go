package gateway_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/services/gateway"
)

// quotaOfTen gives a client ten calls a day and no other limit that counts.
func quotaOfTen(t *testing.T, db *database.DB, at *instant) {
	t.Helper()
	require.NoError(t, db.Update(t.Context(), "*", func(tx *database.Tx) error {
		n, err := tx.Exec("update clients set daily_quota = 10, rate_per_second = 1000, rate_burst = 1000 where id = 'portal-lazio'")
		require.EqualValues(t, 1, n)
		return err
	}))
	at.move(40 * time.Second) // the registry is read again
}

// pass is how often a client may call.
func (r replica) pass(client string) (n int) {
	for r.ask(client).status == http.StatusOK {
		n++
	}
	return n
}

// fourOfTen are two gateways, of which the first has let four of a client's ten calls of the day through.
func fourOfTen(t *testing.T, db *database.DB) []replica {
	t.Helper()
	at := now()
	all := replicas(t, db, at, 2)
	quotaOfTen(t, db, at)
	for range 4 {
		require.Equal(t, http.StatusOK, all[0].ask("portal-lazio").status)
	}
	return all
}

// A gateway that ends tells what it has let through, and no more of what was asked of it: as a rate, the calls of its last
// moment could be any number.
func TestAGatewayThatEndsHandsOverWhatItCounted(t *testing.T) {
	t.Parallel()
	admin, service := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
	db, err := database.Open(t.Context(), database.Options{URL: service, Schema: gateway.Schema, MaxConns: 10})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	all := fourOfTen(t, db)
	owner, err := pgx.Connect(t.Context(), admin)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), "alter table gateway.demands add constraint nothing_more check (false) not valid")
	require.NoError(t, err)
	all[0].service.Close()
	_, err = owner.Exec(t.Context(), "alter table gateway.demands drop constraint nothing_more")
	require.NoError(t, err)
	require.NoError(t, all[1].service.Round(t.Context()))
	require.Equal(t, 6, all[1].pass("portal-lazio"))
}

func TestDailyQuotaOverReplicas(t *testing.T) {
	t.Parallel()
	all := fourOfTen(t, testkit.Database(t, gateway.Schema, gateway.Migrations()...))
	for _, r := range all {
		require.NoError(t, r.service.Round(t.Context()))
	}
	require.Equal(t, 6, all[1].pass("portal-lazio"))
	for _, r := range []replica{all[1], all[0]} {
		require.NoError(t, r.service.Round(t.Context()))
	}
	over := all[0].ask("portal-lazio")
	requireProblem(t, over, 429, "quota-exceeded")
	require.Equal(t, []string{"10", "0"}, []string{over.header.Get("X-RateLimit-Limit"), over.header.Get("X-RateLimit-Remaining")})
	require.Equal(t, over.header.Get("X-RateLimit-Reset"), over.header.Get("Retry-After"))
	require.Equal(t, http.StatusOK, all[0].ask("inps").status)
}
