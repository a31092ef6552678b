// Package boards holds the Grafana dashboards of the suite: what each panel asks Prometheus, and how that becomes the
// JSON that Grafana imports.
package boards

import (
	"encoding/json"
	"strings"
)

// Board is a dashboard.
type Board struct {
	Name, Title string
	Variables   []Variable
	Panels      []Panel
}

// Variable is a choice of the reader: the values of a label.
type Variable struct {
	Name, Title, Metric, Label string
	Newest                     bool // begins with the highest value, not with all
}

// Panel is a drawing with the answers to its queries.
type Panel struct {
	Title, Help string
	Kind        string // timeseries when empty
	Unit        string // of Grafana; a plain number when empty
	Wide        bool   // the whole width, else half of it
	Stacked     bool
	Limit       float64 // from which on a value is red; none when 0
	Least       float64 // below which a value is red; none when 0
	Empty       string  // stands there when nothing is found and that is well
	Queries     []Query
}

// The kinds of panels that show the present alone.
const (
	Bars  = "bargauge"
	Table = "table"
)

// Query is one question, and how its answers are called. A table has a column for each query, under this name, and
// may give each a unit.
type Query struct{ Expr, Legend, Unit string }

const (
	columns = 24
	height  = 8
)

type object = map[string]any

// source is the data source, which whoever imports the dashboard chooses.
var source = object{"type": "prometheus", "uid": "${source}"}

// JSON is the dashboard as Grafana imports it.
func (b Board) JSON() ([]byte, error) {
	variables := []object{{"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}}
	for _, v := range b.Variables {
		variables = append(variables, v.object())
	}
	var panels []object
	x, y := 0, 0
	for i, p := range b.Panels {
		width := columns / 2
		if p.Wide {
			width = columns
		}
		if x+width > columns {
			x, y = 0, y+height
		}
		panels = append(panels, p.object(i+1, object{"x": x, "y": y, "w": width, "h": height}))
		x += width
	}
	raw, err := json.MarshalIndent(object{
		"uid": "w2w-" + b.Name, "title": b.Title, "tags": []string{"w2w"}, "schemaVersion": 39, "version": 1, "editable": false,
		"timezone": "Europe/Rome", "time": object{"from": "now-6h", "to": "now"}, "refresh": "1m", "graphTooltip": 1,
		"templating": object{"list": variables}, "panels": panels,
	}, "", "  ")
	return append(raw, '\n'), err
}

func (v Variable) object() object {
	o := object{
		"name": v.Name, "label": v.Title, "type": "query", "datasource": source, "query": "label_values(" + v.Metric + ", " + v.Label + ")",
		"refresh": 2, "sort": 1, "multi": true, "includeAll": !v.Newest,
	}
	if v.Newest {
		o["sort"] = 4 // by number, downwards: without a current value the first one is chosen
		return o
	}
	o["allValue"], o["current"] = ".*", object{"text": "All", "value": "$__all"}
	return o
}

// Plain is the query as Prometheus takes it, over everything and with a window, for those who ask it without Grafana.
func (q Query) Plain(window string) string {
	return strings.NewReplacer("$__rate_interval", window, "$job", ".*", "$administration", ".*", "$year", ".*", "$family", ".*").Replace(q.Expr)
}

// All are the dashboards.
func All() []Board { return []Board{services(), money(), exchange()} }
