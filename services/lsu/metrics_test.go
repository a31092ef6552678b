package lsu_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/testkit/apitest"
	"w2w/services/lsu"
)

// metrics is the page of metrics of another replica, on a day.
func (h *house) metrics(on time.Time) string {
	h.t.Helper()
	s, err := lsu.New(context.Background(), lsu.Config{PersonKeys: h.People},
		lsu.Deps{DB: h.db, Keys: auth.Keys{}, Log: zap.NewNop(), Clock: clock.Fixed(on), Metrics: prometheus.NewRegistry()})
	require.NoError(h.t, err)
	defer s.Close()
	page := apitest.Look(s.Internal(), "/metrics")
	require.Equal(h.t, http.StatusOK, page.Code)
	return page.Body.String()
}

func TestMetricsTellOfThePoolAndItsMonths(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	shows := func(page string, want map[string]float64) {
		t.Helper()
		for line, value := range want {
			require.Equal(t, value, apitest.Figure(t, page, "w2w_lsu_"+line), line)
		}
	}
	shows(h.metrics(time.Date(2010, 4, 15, 9, 0, 0, 0, time.UTC)), map[string]float64{
		`workers{region="18",state="ATTIVO"}`: 5, `workers{region="18",state="SOSPESO"}`: 1, `workers{region="18",state="USCITO"}`: 1,
		`workers{region="19",state="ATTIVO"}`: 4, `workers{region="19",state="USCITO"}`: 1, `workers{region="19",state="SOSPESO"}`: -1,
		`months_missing{region="18"}`: 2, `months_missing{region="19"}`: 2, `months_missing{region="15"}`: -1,
		`oldest_missing_month_days{region="18"}`: 36, `oldest_missing_month_days{region="19"}`: 36,
		`corrections{region="18"}`: 1, `corrections{region="19"}`: -1,
	})
	h.closed("18", "2010-02", "2010-03-11")
	onTheDay, after := time.Date(2010, 4, 10, 9, 0, 0, 0, time.UTC), time.Date(2010, 4, 10, 22, 30, 0, 0, time.UTC) // past midnight in Rome
	shows(h.metrics(onTheDay), map[string]float64{`months_missing{region="18"}`: 0, `oldest_missing_month_days{region="18"}`: 0,
		`months_missing{region="19"}`: 1, `oldest_missing_month_days{region="19"}`: 31})
	shows(h.metrics(after), map[string]float64{`months_missing{region="18"}`: 1, `oldest_missing_month_days{region="18"}`: 1,
		`months_missing{region="19"}`: 2, `oldest_missing_month_days{region="19"}`: 32})
}

func TestMetricsTellWhatINPSHasNotPaid(t *testing.T) {
	t.Parallel()
	h := paying(t)
	shows := func(want map[string]float64) {
		t.Helper()
		page := h.metrics(time.Date(2010, 4, 15, 9, 0, 0, 0, time.UTC))
		for line, value := range want {
			require.Equal(t, value, apitest.Figure(t, page, "w2w_lsu_"+line), line)
		}
	}
	due := func(month string) float64 {
		return one[float64](h, "select (line->>'DueCents')::float8 from reports where administration = '18' and month = $1::date", month+"-01")
	}
	require.Greater(t, due("2010-02"), 300.)
	h.inps().accepted("/payment-intakes", []object{payment("P1", "W01", "2010-01", 100)})
	shows(map[string]float64{`months_unpaid{region="18"}`: 1, `months_unpaid{region="19"}`: 1, `months_unpaid{region="15"}`: -1,
		`difference_cents{region="18"}`: due("2010-01") - 100, `difference_cents{region="19"}`: -1})
	h.inps().accepted("/payment-intakes", []object{payment("P2", "W01", "2010-02", 100), payment("P3", "W02", "2010-02", 200)})
	shows(map[string]float64{`months_unpaid{region="18"}`: 0, `difference_cents{region="18"}`: due("2010-02") - 300})
}
