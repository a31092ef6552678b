package boards_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

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

// TestEveryVariableOfAQueryIsThereToChoose wants no query with a name that Grafana would not replace.
func TestEveryVariableOfAQueryIsThereToChoose(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`\$([a-z_]\w*)`)
	for _, b := range boards.All() {
		known, used := map[string]bool{"__rate_interval": true}, map[string]bool{}
		for _, v := range b.Variables {
			known[v.Name] = true
		}
		for _, p := range b.Panels {
			for _, q := range p.Queries {
				for _, m := range named.FindAllStringSubmatch(q.Expr, -1) {
					require.True(t, known[m[1]], "%s: %s has no variable $%s", b.Name, p.Title, m[1])
					used[m[1]] = true
				}
			}
		}
		for _, v := range b.Variables {
			require.True(t, used[v.Name], "%s: no panel heeds $%s", b.Name, v.Name)
		}
	}
}

// question is a query of a panel or a rule, and where it stands.
type question struct{ where, expr, legend string }

func questions(t *testing.T) (all []question) {
	t.Helper()
	for _, b := range boards.All() {
		for _, v := range b.Variables {
			all = append(all, question{b.Name + " $" + v.Name, v.Metric + `{` + v.Label + `=~".*"}`, ""})
		}
		for _, p := range b.Panels {
			for _, q := range p.Queries {
				all = append(all, question{b.Name + ": " + p.Title, q.Plain("5m"), q.Legend})
			}
		}
	}
	for _, r := range rules(t) {
		all = append(all, question{r.Alert + r.Record, r.Expr, ""})
	}
	return all
}

// TestEveryMetricThatIsAskedForExists asks a house with traffic for what it exposes, and wants every metric of every
// panel and rule amongst it, with the labels by which it is picked and grouped, and the bounds of its buckets; and in
// each legend only labels that the answers have.
func TestEveryMetricThatIsAskedForExists(t *testing.T) {
	t.Parallel()
	known := sometimes(t)
	maps.Copy(known, own)
	maps.Copy(known, exposed(t))
	for _, r := range rules(t) {
		if r.Record != "" {
			labels := outcome(t, question{r.Record, r.Expr, ""}, known)
			for l := range r.Labels {
				labels[l] = true
			}
			known[r.Record] = labels
		}
	}
	for _, q := range questions(t) {
		labels := outcome(t, q, known)
		for _, m := range legend.FindAllStringSubmatch(q.legend, -1) {
			require.True(t, labels[m[1]], "%s: the legend names %s, which the answers of %s lack", q.where, m[1], q.expr)
		}
	}
	asked := askedFor(t)
	for metric := range known {
		name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(metric, "_bucket"), "_sum"), "_count")
		if (strings.HasPrefix(metric, "w2w_") || strings.Contains(metric, ":")) && !asked[metric] && !asked[name+"_bucket"] {
			require.Contains(t, unasked, metric, "no panel and no rule asks for %s", metric)
		}
	}
}

var legend = regexp.MustCompile(`\{\{(\w+)\}\}`)

// unasked are metrics for whoever looks closer, as the runbook says.
var unasked = []string{"w2w_feed_events_handled_total", "w2w_feed_follower_failures_total",
	"w2w_database_pool_idle_connections", "w2w_database_pool_waits_total"}
