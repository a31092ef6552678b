package plafond_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"w2w/pkg/plafond"
)

// TestTheCollectorShowsEveryAccountAndWhenItEnds wants 90 days' commitments of 300 over 700 left: 210 days, from the
// day of the commitment.
func TestTheCollectorShowsEveryAccountAndWhenItEnds(t *testing.T) {
	t.Parallel()
	db := ledger(t)
	now := today.Time().Add(10 * time.Hour)
	registry := prometheus.NewRegistry()
	registry.MustRegister(plafond.NewCollector(db, func() time.Time { return now }))
	names := strings.Fields("w2w_plafond_assigned_cents w2w_plafond_available_cents w2w_plafond_committed_cents w2w_plafond_spent_cents w2w_plafond_exhaustion_days")
	shows := func(want ...string) {
		t.Helper()
		var page strings.Builder
		for _, line := range want {
			name, value, _ := strings.Cut(line, " ")
			page.WriteString("w2w_plafond_" + name + `{administration="03",family="CIG_DEROGA",fund="DEFAULT",year="2010"} ` + value + "\n")
		}
		require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(helped(t, registry, page.String())), names...))
	}
	assign(t, db, key, 1000)
	shows("assigned_cents 1000", "available_cents 1000", "committed_cents 0", "spent_cents 0")
	_, err := reserve(db, wanted("app/1", 300))
	require.NoError(t, err)
	shows("assigned_cents 1000", "available_cents 700", "committed_cents 300", "spent_cents 0")
	now = now.Add(10 * time.Minute) // only now are the commitments of the last days summed up again
	shows("assigned_cents 1000", "available_cents 700", "committed_cents 300", "exhaustion_days 210", "spent_cents 0")
	_, err = reserve(db, wanted("app/2", 700))
	require.NoError(t, err)
	shows("assigned_cents 1000", "available_cents 0", "committed_cents 1000", "spent_cents 0")
}

// helped puts the registry's own HELP and TYPE lines before the samples.
func helped(t *testing.T, registry *prometheus.Registry, samples string) string {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	var page strings.Builder
	for _, f := range families {
		page.WriteString("# HELP " + f.GetName() + " " + f.GetHelp() + "\n# TYPE " + f.GetName() + " gauge\n")
		for line := range strings.Lines(samples) {
			if strings.HasPrefix(line, f.GetName()+"{") {
				page.WriteString(line)
			}
		}
	}
	return page.String()
}
