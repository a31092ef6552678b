package boards_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
)

// outcome are the labels that the answers of a question may have. On the way it wants every metric known, and every
// label by which it is picked or grouped.
func outcome(t *testing.T, q question, known map[string]map[string]bool) map[string]bool {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(q.expr)
	require.NoError(t, err, "%s: %s", q.where, q.expr)
	return walk{t, q.where, known}.labels(expr)
}

// askedFor are the names of all metrics that panels and rules ask for.
func askedFor(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, q := range questions(t) {
		expr, err := parser.NewParser(parser.Options{}).ParseExpr(q.expr)
		require.NoError(t, err, q.where)
		parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
			if v, ok := n.(*parser.VectorSelector); ok {
				names[v.Name] = true
			}
			return nil
		})
	}
	return names
}

// walk goes through one expression.
type walk struct {
	*testing.T
	where string
	known map[string]map[string]bool
}

func (w walk) labels(n parser.Node) map[string]bool {
	w.Helper()
	switch n := n.(type) {
	case *parser.VectorSelector:
		return w.picked(n)
	case *parser.AggregateExpr:
		return w.grouped(n)
	case *parser.Call:
		return w.called(n)
	}
	all := map[string]bool{}
	for child := range parser.ChildrenIter(n) {
		maps.Copy(all, w.labels(child))
	}
	return all
}

func (w walk) picked(v *parser.VectorSelector) map[string]bool {
	w.Helper()
	have, ok := w.known[v.Name]
	require.True(w, ok, "%s asks for %s, which no service exposes", w.where, v.Name)
	for _, m := range v.LabelMatchers {
		if m.Name == model.MetricNameLabel {
			continue
		}
		require.True(w, have[m.Name], "%s picks %s by %s, which it lacks", w.where, v.Name, m.Name)
		if m.Name == model.BucketLabel && m.Type == labels.MatchEqual {
			require.True(w, have[bound(m.Value)], "%s asks for the bucket %s of %s, which has none", w.where, m.Value, v.Name)
		}
	}
	return maps.Clone(have)
}

// grouped knows that topk and the like keep all labels.
func (w walk) grouped(a *parser.AggregateExpr) map[string]bool {
	w.Helper()
	from := w.labels(a.Expr)
	require.False(w, a.Without, "%s: without is not followed here", w.where)
	by := map[string]bool{}
	for _, l := range a.Grouping {
		require.True(w, from[l], "%s groups by %s, which no answer has: %s", w.where, l, a)
		by[l] = true
	}
	if slices.Contains([]parser.ItemType{parser.TOPK, parser.BOTTOMK}, a.Op) {
		return from
	}
	if a.Op == parser.COUNT_VALUES {
		by[a.Param.(*parser.StringLiteral).Val] = true
	}
	return by
}

func (w walk) called(c *parser.Call) map[string]bool {
	w.Helper()
	all := map[string]bool{}
	for _, a := range c.Args {
		maps.Copy(all, w.labels(a))
	}
	if c.Func.Name == "label_replace" {
		all[c.Args[1].(*parser.StringLiteral).Val] = true
	}
	return all
}
