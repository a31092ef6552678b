package boards

import "slices"

func (p Panel) object(id int, place object) object {
	kind := p.Kind
	if kind == "" {
		kind = "timeseries"
	}
	var targets []object
	for i, q := range p.Queries {
		t := object{"refId": ref(i), "datasource": source, "expr": q.Expr, "legendFormat": q.Legend}
		if kind != "timeseries" {
			t["instant"], t["range"] = true, false
		}
		if kind == Table {
			t["format"] = "table"
		}
		targets = append(targets, t)
	}
	o := object{
		"id": id, "title": p.Title, "description": p.Help, "type": kind, "datasource": source, "gridPos": place, "targets": targets,
		"fieldConfig": object{"defaults": p.look(kind), "overrides": p.columns()}, "options": p.options(kind),
	}
	if kind == Table {
		o["transformations"] = p.merged()
	}
	return o
}

func ref(i int) string { return string(rune('A' + i)) }

func (p Panel) look(kind string) object {
	look := object{"unit": p.Unit, "min": 0, "thresholds": object{"mode": "absolute", "steps": p.steps()}}
	if p.Empty != "" {
		look["noValue"] = p.Empty
	}
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

func (p Panel) steps() []object {
	switch {
	case p.Limit != 0:
		return []object{{"color": "green", "value": nil}, {"color": "red", "value": p.Limit}}
	case p.Least != 0:
		return []object{{"color": "red", "value": nil}, {"color": "green", "value": p.Least}}
	}
	return []object{{"color": "green", "value": nil}}
}

// columns are the units of a table's columns. Those in the unit of the panel have the colour of its limit.
func (p Panel) columns() []object {
	all := []object{}
	for _, q := range p.Queries {
		if p.Kind != Table || q.Unit == "" {
			continue
		}
		properties := []object{{"id": "unit", "value": q.Unit}}
		if q.Unit == p.Unit {
			properties = append(properties, object{"id": "custom.cellOptions", "value": object{"type": "color-text"}})
		}
		all = append(all, object{"matcher": object{"id": "byName", "options": q.Legend}, "properties": properties})
	}
	return all
}

// merged makes one row of what the queries say of the same labels, with the legends as heads of the columns.
func (p Panel) merged() []object {
	names := object{}
	for i, q := range p.Queries {
		value := "Value"
		if len(p.Queries) > 1 {
			value += " #" + ref(i)
		}
		names[value] = q.Legend
	}
	return []object{{"id": "merge", "options": object{}},
		{"id": "organize", "options": object{"excludeByName": object{"Time": true}, "renameByName": names}}}
}

// options of a line have the last value beside its name. Where a series vanishes that value stays: what comes and goes
// is asked so that it is 0 in between, or as bars.
func (p Panel) options(kind string) object {
	switch kind {
	case Bars:
		return object{"orientation": "horizontal", "displayMode": "basic", "reduceOptions": object{"calcs": []string{"lastNotNull"}}}
	case Table:
		return object{"showHeader": true, "sortBy": p.sorted()}
	}
	return object{"legend": object{"displayMode": "list", "placement": "bottom", "calcs": []string{"lastNotNull"}}, "tooltip": object{"mode": "multi", "sort": "desc"}}
}

// sorted puts first what is nearest to the limit of a table.
func (p Panel) sorted() []object {
	i := slices.IndexFunc(p.Queries, func(q Query) bool { return p.Unit != "" && q.Unit == p.Unit })
	if i < 0 {
		return []object{}
	}
	return []object{{"displayName": p.Queries[i].Legend, "desc": true}}
}
