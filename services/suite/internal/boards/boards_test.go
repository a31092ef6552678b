package boards_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/boards"
)

const deploy = "../../../../deploy"

func TestTheFilesAreWhatTheBoardsSay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(deploy, "dashboards/*.json"))
	require.NoError(t, err)
	require.Len(t, files, len(boards.All()))
	for _, b := range boards.All() {
		want, err := b.JSON()
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(deploy, "dashboards", b.Name+".json"))
		require.NoError(t, err)
		require.True(t, string(want) == string(got), "deploy/dashboards/%s.json is another one: run make gen", b.Name)
	}
}

// question is a query of a panel or a rule, and where it stands.
type question struct{ where, expr string }

func questions(t *testing.T) (all []question) {
	t.Helper()
	for _, b := range boards.All() {
		for _, v := range b.Variables {
			all = append(all, question{b.Name + " $" + v.Name, v.Metric + `{` + v.Label + `=~".*"}`})
		}
		for _, p := range b.Panels {
			for _, q := range p.Queries {
				all = append(all, question{b.Name + ": " + p.Title, q.Plain("5m")})
			}
		}
	}
	for _, r := range rules(t) {
		all = append(all, question{r.Alert + r.Record, r.Expr})
	}
	return all
}

// selectors are the metrics of a question with the labels by which it picks.
func selectors(t *testing.T, q question) map[string][]string {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(q.expr)
	require.NoError(t, err, "%s: %s", q.where, q.expr)
	found := map[string][]string{}
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		if v, ok := n.(*parser.VectorSelector); ok {
			found[v.Name] = append(found[v.Name], picks(v.LabelMatchers)...)
		}
		return nil
	})
	require.NotEmpty(t, found, q.where)
	return found
}

func picks(matchers []*labels.Matcher) (names []string) {
	for _, m := range matchers {
		if m.Name != model.MetricNameLabel {
			names = append(names, m.Name)
		}
	}
	return names
}

// TestEveryMetricThatIsAskedForExists asks a house with traffic for what it exposes, and wants every metric of every
// panel and rule amongst it, with the labels by which it is picked.
func TestEveryMetricThatIsAskedForExists(t *testing.T) {
	t.Parallel()
	known := exposed(t)
	for name := range sometimes(t) {
		known[name] = nil
	}
	for _, r := range rules(t) {
		if r.Record != "" {
			known[r.Record] = nil
		}
	}
	asked := map[string]bool{}
	for _, q := range questions(t) {
		for metric, wanted := range selectors(t, q) {
			asked[metric] = true
			have, ok := known[metric]
			require.True(t, ok, "%s asks for %s, which no service exposes", q.where, metric)
			for _, label := range wanted {
				if have != nil {
					require.Contains(t, have, label, "%s picks %s by a label that it lacks", q.where, metric)
				}
			}
		}
	}
	for metric := range known {
		name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(metric, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(metric, "w2w_") && !asked[metric] && !asked[name+"_bucket"] {
			require.Contains(t, unasked, metric, "no panel and no rule asks for %s", metric)
		}
	}
}

// unasked are metrics for whoever looks closer, as the runbook says.
var unasked = []string{"w2w_lsu_months_missing", "w2w_feed_events_handled_total", "w2w_feed_follower_failures_total",
	"w2w_database_pool_idle_connections", "w2w_database_pool_waits_total"}
