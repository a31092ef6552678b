package bulk

import (
	"encoding/json"
	"fmt"
	"strings"

	"w2w/pkg/yaml"
)

// column is a property of a list's items: the names that lead to it, and whether they lead through an array.
type column struct {
	path []string
	many bool
}

func (c column) name() string { return strings.Join(c.path, ".") }

// document is an OpenAPI document that keeps the order in which it was written.
type document struct{ root any }

func readDocument(spec []byte) (document, error) {
	root, err := yaml.Read(spec)
	return document{root}, err
}

// at follows keys from a node; nil when one is missing.
func at(node any, keys ...string) any {
	for _, key := range keys {
		var found any
		m, _ := node.(yaml.Map)
		for _, item := range m {
			if item.Key == key {
				found = item.Value
			}
		}
		node = found
	}
	return node
}

// schema follows a reference, if the node is one.
func (d document) schema(node any) any {
	if ref, ok := at(node, "$ref").(string); ok {
		return at(d.root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	return node
}

// property finds a property of a schema, also of one that is put together by allOf.
func (d document) property(schema any, name string) any {
	schema = d.schema(schema)
	parts, _ := at(schema, "allOf").([]any)
	for _, part := range parts {
		if found := d.property(part, name); found != nil {
			return found
		}
	}
	return at(schema, "properties", name)
}

// columns lists the columns of a schema in the order of the document: nested objects and the objects of
// arrays give a column for each of their properties.
func (d document) columns(schema any, from column) ([]column, error) {
	schema = d.schema(schema)
	if items := at(schema, "items"); items != nil {
		return d.columns(items, column{from.path, true})
	}
	if parts, ok := at(schema, "allOf").([]any); ok {
		return d.each(parts, func(part any) ([]column, error) { return d.columns(part, from) })
	}
	properties, ok := at(schema, "properties").(yaml.Map)
	switch {
	case ok:
		var names []any
		for _, p := range properties {
			names = append(names, p.Key)
		}
		return d.each(names, func(name any) ([]column, error) {
			path := append(from.path[:len(from.path):len(from.path)], fmt.Sprint(name))
			return d.columns(at(properties, fmt.Sprint(name)), column{path, from.many})
		})
	case at(schema, "type") == "object":
		return nil, fmt.Errorf("%s has no fixed properties and fits no table", from.name())
	default:
		return []column{from}, nil
	}
}

func (d document) each(nodes []any, columns func(node any) ([]column, error)) (out []column, err error) {
	for _, n := range nodes {
		found, err := columns(n)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// cell takes the column's value out of an item: a text, a number, or nil when there is none. Several values
// are joined by semicolons, one place for each element also where it has no value.
func (c column) cell(item any) any {
	if !c.many {
		return plainCell(values(item, c.path)[0])
	}
	found := values(item, c.path)
	texts := make([]string, len(found))
	for i, v := range found {
		if cell := plainCell(v); cell != nil {
			texts[i] = fmt.Sprint(cell)
		}
	}
	return strings.Join(texts, ";")
}

// values follows the path through objects and arrays.
func values(node any, path []string) []any {
	if list, ok := node.([]any); ok {
		var out []any
		for _, x := range list {
			out = append(out, values(x, path)...)
		}
		return out
	}
	if len(path) == 0 {
		return []any{node}
	}
	object, _ := node.(map[string]any)
	return values(object[path[0]], path[1:])
}

func plainCell(v any) any {
	switch v := v.(type) {
	case bool:
		return fmt.Sprint(v)
	case string, json.Number:
		return v
	default:
		return nil
	}
}
