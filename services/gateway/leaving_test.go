package gateway_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/app"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
	"w2w/services/gateway"
)

const behind = "upstream" // the program of a service behind the gateway

// upstreamProgram is a service that keeps a row for each key, and ends as every service does.
func upstreamProgram() app.Program[struct{}] {
	return app.Program[struct{}]{Name: behind, Schema: gateway.Schema, MaxConns: 4,
		Start: func(_ context.Context, _ struct{}, p app.Process) (app.Service, error) {
			return &keeper{Process: p}, nil
		}}
}

type keeper struct {
	app.Process

	draining atomic.Bool
}

// Public implements app.Service.
func (k *keeper) Public() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		statement, args := "select 1", []any{}
		if r.Method != http.MethodGet {
			statement, args = "insert into made (key) values ($1) on conflict do nothing", []any{r.Header.Get("Idempotency-Key")}
		}
		if _, err := k.DB.Pool().Exec(r.Context(), statement, args...); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write([]byte("{}"))
	})
}

// Internal implements app.Service.
func (k *keeper) Internal() http.Handler {
	return httpx.Internal(k.Metrics, func(*gin.Context) error {
		if k.draining.Load() {
			return fault.New(fault.Unavailable, "si ferma", "stopping")
		}
		return nil
	})
}

// Drain implements app.Service.
func (k *keeper) Drain() { k.draining.Store(true) }

// Close implements app.Service.
func (k *keeper) Close() {}

// TestDrain_Upstream: the replicas of a service leave one after the other while the gateway keeps connections to them,
// in order and by a sudden death. No call fails, and each write that was answered was done once. In order, that holds for
// calls too that are not handed on again.
func TestDrain_Upstream(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		write string
		leave func(f *apitest.Fleet)
	}{
		"told to stop": {http.MethodPut, func(f *apitest.Fleet) { f.Turn(4) }},
		"killed": {http.MethodPost, func(f *apitest.Fleet) {
			for n := range 6 {
				f.Members()[n%3].Kill()
				f.Begin(n % 3)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			admin, databaseURL := testkit.URLs(t, gateway.Schema, gateway.Migrations()...)
			owner, err := pgx.Connect(t.Context(), admin)
			require.NoError(t, err)
			t.Cleanup(func() { _ = owner.Close(context.Background()) })
			_, err = owner.Exec(t.Context(), "create table gateway.made (key text primary key); grant select, insert on gateway.made to w2w_gateway")
			require.NoError(t, err)
			services := apitest.NewFleet(t, 3, behind, "W2W_DATABASE_URL="+databaseURL)
			front := apitest.NewFleet(t, 1, gateway.Schema, append(gatewaySettings(t, databaseURL, "http://"+services.Door(t)), "W2W_GATEWAY_UPSTREAM_IDLE=200ms")...)
			at := front.Members()[0].Public
			p := newPortal(t, at)
			load := apitest.NewLoad(t, func(n int64) *http.Request { return p.call(at, []string{http.MethodGet, c.write}[n%2]) })
			load.Run(4, func() { c.leave(services) })
			var made int64
			require.NoError(t, owner.QueryRow(t.Context(), "select count(*) from gateway.made").Scan(&made))
			require.Equal(t, load.Writes(), made, "each answer tells of one write")
			t.Logf("%d reads and %d writes, none failed", load.Reads(), load.Writes())
		})
	}
}
