package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// Absent is the id of nothing.
const Absent = "018f0000-0000-7000-8000-000000000000"

// Route is one operation of the contract, with what fills its path and its body.
type Route struct {
	Name   string // method and path
	Method string
	Path   string
	Op     *openapi3.Operation
}

// Routes are all of the contract.
func (h *House) Routes() (out []Route) {
	for _, path := range slices.Sorted(maps.Keys(h.Contract.Doc.Paths.Map())) {
		for method, op := range h.Contract.Doc.Paths.Value(path).Operations() {
			out = append(out, Route{method + " " + path, method, path, op})
		}
	}
	return out
}

// At fills the path with ids, and adds the query that the contract requires or that has a value under ?name.
func (r Route) At(t testing.TB, ids map[string]string) string {
	t.Helper()
	path := r.Path
	for name, id := range ids {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	require.NotContains(t, path, "{", "%s: nothing was made for this id", r.Name)
	query := url.Values{}
	for _, p := range r.Op.Parameters {
		if value, ok := ids["?"+p.Value.Name]; p.Value.In == openapi3.ParameterInQuery && (ok || p.Value.Required) {
			if !ok {
				value = fmt.Sprint(*p.Value.Schema.Value.Min)
			}
			query.Set(p.Value.Name, value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// Body is the contract's example with these ids, and its media type.
func (r Route) Body(t testing.TB, ids map[string]string) (any, string) {
	t.Helper()
	if r.Op.RequestBody == nil {
		return nil, ""
	}
	m := r.Op.RequestBody.Value.Content["application/json"]
	if m == nil {
		return []byte("content"), slices.Collect(maps.Keys(r.Op.RequestBody.Value.Content))[0]
	}
	example := m.Example
	if example == nil {
		example = exampleOf(m.Schema.Value)
	}
	require.NotNil(t, example, "%s: the contract has no example of the body", r.Name)
	raw, err := json.Marshal(example)
	require.NoError(t, err)
	return named(t, raw, ids), "application/json"
}

// exampleOf is the example of a schema; an object that has none is made of those of the members that it requires.
func exampleOf(s *openapi3.Schema) any {
	switch {
	case s.Example != nil:
		return s.Example
	case s.Type.Is("array"):
		return []any{exampleOf(s.Items.Value)}
	case s.Type.Is("object") && len(s.Required) > 0:
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = exampleOf(s.Properties[name].Value)
		}
		return out
	}
	return nil
}

// named gives the members of a body that name a resource the id of that resource.
func named(t testing.TB, raw []byte, ids map[string]string) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(raw, &value))
	var walk func(v any)
	walk = func(v any) {
		if list, ok := v.([]any); ok {
			for _, x := range list {
				walk(x)
			}
		}
		o, _ := v.(map[string]any)
		for name, x := range o {
			id, ok := ids[strings.TrimSuffix(name, "s")]
			switch {
			case !ok || !strings.Contains(name, "_id") && !strings.HasSuffix(name, "_ref"):
				walk(x)
			case strings.HasSuffix(name, "s"):
				o[name] = []any{id}
			default:
				o[name] = id
			}
		}
	}
	walk(value)
	return value
}

// Ask sends the route's request for these ids.
func (r Route) Ask(t testing.TB, c Caller, ids map[string]string) Answer {
	t.Helper()
	body, media := r.Body(t, ids)
	headers := []string{"X-Request-Id", "same", "If-Match", `"1"`}
	if media != "" {
		headers = append(headers, "Content-Type", media)
	}
	return c.Send(r.Method, r.At(t, ids), body, headers...)
}
