package boards_test

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/period"
	"w2w/pkg/plafond"
	"w2w/services/suite/internal/housekit"
	"w2w/services/suite/internal/inps"
	"w2w/services/suite/internal/lsupool"
	"w2w/services/suite/internal/season"
)

// own are the series that Prometheus adds by itself.
var own = map[string]map[string]bool{"up": {"job": true, "instance": true}, "ALERTS": {"alertname": true, "alertstate": true, "severity": true}}

// exposed are the labels of every metric on the page of a house with traffic, and for buckets each bound as le=0.15.
func exposed(t *testing.T) map[string]map[string]bool {
	t.Helper()
	res, err := http.Get(busy(t) + "/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	page := expfmt.NewTextParser(model.UTF8Validation)
	families, err := page.TextToMetricFamilies(res.Body)
	require.NoError(t, err)
	known := map[string]map[string]bool{}
	for name, family := range families {
		has := map[string]bool{"job": true, "instance": true}
		for _, m := range family.Metric {
			for _, l := range m.Label {
				has[l.GetName()] = true
			}
		}
		known[name] = has
		if family.Metric[0].Histogram != nil {
			with := map[string]bool{model.BucketLabel: true}
			maps.Copy(with, has)
			for _, b := range family.Metric[0].Histogram.Bucket {
				with[bound(strconv.FormatFloat(b.GetUpperBound(), 'g', -1, 64))] = true
			}
			known[name+"_bucket"], known[name+"_count"], known[name+"_sum"] = with, has, has
			delete(known, name)
		}
	}
	return known
}

// busy is the address of a house that was brought a small season and a small pool, of which INPS paid a month.
func busy(t *testing.T) string {
	t.Helper()
	book := housekit.Open(t)
	const demo = "../../cmd/w2w/demo"
	require.NoError(t, season.Import(t.Context(), book, os.DirFS(demo), t.TempDir(), nil))
	require.NoError(t, lsupool.Import(t.Context(), book, os.DirFS(demo+"/lsu-pool"), t.TempDir(), nil))
	client, err := book.For(auth.AllAdministrations, inps.Scope)
	require.NoError(t, err)
	_, err = inps.PayPool(t.Context(), client, period.MonthOf(period.Of(2010, 1, 1)))
	require.NoError(t, err)
	return book.Gateway()
}

// bound is how a bucket's bound stands amongst the labels.
func bound(le string) string { return model.BucketLabel + "=" + le }

var described = regexp.MustCompile(`fqName: "([^"]+)".*constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)

// sometimes are the metrics, with their labels, that a service shows under conditions that a house does not meet: over an encrypted
// connection, with keys that are fetched, with a follower, and with commitments of these days.
func sometimes(t *testing.T) map[string]map[string]bool {
	t.Helper()
	db, err := database.Open(t.Context(), database.Options{URL: "postgres://nobody@127.0.0.1:1/none", Schema: "none"})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	to := make(chan *prometheus.Desc, 100)
	for _, c := range []prometheus.Collector{db.PoolCollector("any"), auth.NewRemoteKeys("", http.DefaultClient, clock.System),
		feed.NewFollower(db, feed.Following{Name: "any"}), plafond.NewCollector(db, clock.System)} {
		c.Describe(to)
	}
	close(to)
	names := map[string]map[string]bool{}
	for d := range to {
		m := described.FindStringSubmatch(d.String())
		has := map[string]bool{"job": true, "instance": true}
		for _, l := range append(strings.Split(m[2], ","), strings.Split(m[3], ",")...) {
			name, _, _ := strings.Cut(l, "=")
			has[name] = true
		}
		names[m[1]] = has
	}
	return names
}

// rule is one of a file of rules.
type rule struct {
	Record, Alert, Expr string
	Labels              map[string]string
}

func rules(t *testing.T) (all []rule) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(deploy, "rules/*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		var file struct {
			Groups []struct{ Rules []rule }
		}
		require.NoError(t, yaml.Unmarshal(raw, &file))
		for _, g := range file.Groups {
			all = append(all, g.Rules...)
		}
	}
	require.Greater(t, len(all), 20)
	return all
}
