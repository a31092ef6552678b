package concessions_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
	"w2w/services/concessions"
)

// operators is the internal side of another replica over the same database.
func operators(t *testing.T, db *database.DB) (*concessions.Service, http.Handler) {
	t.Helper()
	s, err := concessions.New(context.Background(), concessions.Config{PersonKeys: t.TempDir(), MakeKeys: true},
		concessions.Deps{DB: db, Keys: auth.Keys{}, Log: zap.NewNop(), Clock: clock.System, Metrics: prometheus.NewRegistry()})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, s.Internal()
}

func TestMetricsFollowTheFlow(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, internal := operators(t, h.db)
	id, decree := h.decreed()
	const unanswered = "w2w_concessions_inps_oldest_unanswered_seconds"
	shows := func(want map[string]float64) {
		t.Helper()
		page := apitest.Look(internal, "/metrics")
		require.Equal(t, http.StatusOK, page.Code)
		for line, value := range want {
			require.Equal(t, value, apitest.Figure(t, page.Body.String(), line), line)
		}
	}
	state := func(s string) string { return `w2w_concessions_applications{administration="03",state="` + s + `"}` }
	shows(map[string]float64{state("DECRETATA"): 1, state("TRASMESSA_INPS"): -1, unanswered: 0,
		`w2w_plafond_available_cents{administration="03",family="CIG_DEROGA",fund="DEFAULT",year="2010"}`: 11948,
		`w2w_database_pool_max_connections{service="concessions"}`:                                        20})
	h.as("03", "office").post("/decrees/"+decree+"/transmissions", nil)
	require.Positive(t, apitest.Figure(t, apitest.Look(internal, "/metrics").Body.String(), unanswered))
	shows(map[string]float64{state("DECRETATA"): -1, state("TRASMESSA_INPS"): 1})
	h.as("*", "inps").post("/inps/receipts", receipt(decree, id, "F1", "ACCOLTO"))
	shows(map[string]float64{state("ACCETTATA_INPS"): 1, unanswered: 0})
	page := apitest.Look(internal, "/metrics").Body.String()
	for _, line := range []string{"w2w_audit_unsealed_age_seconds", "w2w_feed_outbox_age_seconds", `w2w_database_pool_wait_seconds_total{service="concessions"}`} {
		require.GreaterOrEqual(t, apitest.Figure(t, page, line), 0.0, line)
	}
}

func TestOperatorsAreAnsweredWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	_, url := testkit.URLs(t, concessions.Name, concessions.Migrations()...)
	db, err := database.Open(context.Background(), database.Options{URL: url, Schema: concessions.Name})
	require.NoError(t, err)
	s, internal := operators(t, db)
	require.Contains(t, apitest.Look(internal, "/metrics").Body.String(), "w2w_feed_outbox_age_seconds")
	db.Close()
	page := apitest.Look(internal, "/metrics")
	require.Equal(t, http.StatusOK, page.Code)
	require.Contains(t, page.Body.String(), "w2w_database_pool_acquired_connections")
	require.NotContains(t, page.Body.String(), "w2w_feed_outbox_age_seconds")
	for _, path := range []string{"/healthz", "/readyz"} {
		require.Equal(t, http.StatusOK, apitest.Look(internal, path).Code, path)
	}
	s.Drain()
	require.Equal(t, http.StatusServiceUnavailable, apitest.Look(internal, "/readyz").Code)
	require.Equal(t, http.StatusOK, apitest.Look(internal, "/healthz").Code)
}
