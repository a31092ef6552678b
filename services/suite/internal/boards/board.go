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
type Variable struct{ Name, Title, Metric, Label string }

// Panel is a drawing with the answers to its queries.
type Panel struct {
	Title, Help string
	Kind        string // timeseries when empty
	Unit        string // of Grafana; a plain number when empty
	Wide        bool   // the whole width, else half of it
	Stacked     bool
	Limit       float64 // from which on a value is red; none when 0
	Queries     []Query
}

// The kinds of panels that show the present alone.
const (
	Bars  = "bargauge"
	Table = "table"
)

// Query is one question, and how its answers are called.
type Query struct{ Expr, Legend string }

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
	return object{
		"name": v.Name, "label": v.Title, "type": "query", "datasource": source, "query": "label_values(" + v.Metric + ", " + v.Label + ")",
		"refresh": 2, "sort": 1, "multi": true, "includeAll": true, "allValue": ".*", "current": object{"text": "All", "value": "$__all"},
	}
}

func (p Panel) object(id int, place object) object {
	kind := p.Kind
	if kind == "" {
		kind = "timeseries"
	}
	var targets []object
	for i, q := range p.Queries {
		t := object{"refId": string(rune('A' + i)), "datasource": source, "expr": q.Expr, "legendFormat": q.Legend}
		if kind != "timeseries" {
			t["instant"], t["range"] = true, false
		}
		if kind == Table {
			t["format"] = "table"
		}
		targets = append(targets, t)
	}
	return object{
		"id": id, "title": p.Title, "description": p.Help, "type": kind, "datasource": source, "gridPos": place, "targets": targets,
		"fieldConfig": object{"defaults": p.look(kind), "overrides": []object{}}, "options": options(kind),
	}
}

func (p Panel) look(kind string) object {
	steps := []object{{"color": "green", "value": nil}}
	if p.Limit != 0 {
		steps = append(steps, object{"color": "red", "value": p.Limit})
	}
	look := object{"unit": p.Unit, "min": 0, "thresholds": object{"mode": "absolute", "steps": steps}}
	if kind != "timeseries" {
		return look
	}
	custom := object{"lineWidth": 1, "fillOpacity": 10, "showPoints": "never"}
	if p.Stacked {
		custom["stacking"], custom["fillOpacity"] = object{"mode": "normal"}, 40
	}
	if p.Limit != 0 {
		custom["thresholdsStyle"] = object{"mode": "line"}
	}
	look["custom"] = custom
	return look
}

func options(kind string) object {
	switch kind {
	case Bars:
		return object{"orientation": "horizontal", "displayMode": "basic", "reduceOptions": object{"calcs": []string{"lastNotNull"}}}
	case Table:
		return object{"showHeader": true}
	}
	return object{"legend": object{"displayMode": "list", "placement": "bottom"}, "tooltip": object{"mode": "multi", "sort": "desc"}}
}

// Plain is the query as Prometheus takes it, over everything and with a window, for those who ask it without Grafana.
func (q Query) Plain(window string) string {
	return strings.NewReplacer("$__rate_interval", window, "$job", ".*", "$administration", ".*", "$year", ".*").Replace(q.Expr)
}

// All are the dashboards.
func All() []Board { return []Board{services(), money(), exchange()} }
