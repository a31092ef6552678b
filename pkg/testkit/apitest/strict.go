package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// written are the routes whose body may be JSON, each with an example and its schema.
func (c Caller) written(t testing.TB, made map[string]string, each func(r Route, body map[string]any, schema *openapi3.Schema)) {
	t.Helper()
	for _, r := range c.House.Routes() {
		if body, media := r.Body(t, made); media == "application/json" {
			each(r, body.(map[string]any), r.Op.RequestBody.Value.Content[media].Schema.Value)
		}
	}
}

// sent sends a body to a route, as Ask does.
func (c Caller) sent(t testing.TB, r Route, made map[string]string, body any) Answer {
	t.Helper()
	return c.Send(r.Method, r.At(t, made), body, "If-Match", `"1"`)
}

// RequireStrictJSON sends every write JSON that two readers may read differently; nothing is stored by it.
func (c Caller) RequireStrictJSON(t testing.TB, made map[string]string) {
	t.Helper()
	before := c.House.Fingerprint()
	c.written(t, made, func(r Route, body map[string]any, schema *openapi3.Schema) {
		raw, err := json.Marshal(body)
		require.NoError(t, err)
		name := slices.Sorted(maps.Keys(schema.Properties))[0]
		with := func(more string) []byte {
			return []byte(strings.TrimSuffix(strings.TrimSuffix(string(raw), "}"), "{") + more)
		}
		open, comma := "", ","
		if len(body) == 0 {
			open, comma = "{", ""
		}
		for what, malformed := range map[string][]byte{
			"duplicate names": with(open + comma + `"` + name + `":null,"` + name + `":null}`),
			"another case":    with(open + comma + `"` + strings.ToUpper(name) + `":null}`),
			"an unknown name": with(open + comma + `"colour":"red"}`),
			"invalid UTF-8":   with(open + comma + "\"\xff\":1}"),
			"trailing data":   append(bytes.Clone(raw), " {}"...),
			"cut off":         raw[:len(raw)-1],
			"too deep":        bytes.Repeat([]byte("["), 10_000),
			"no JSON":         []byte("x"),
		} {
			a := c.sent(t, r, made, malformed)
			require.Equal(t, http.StatusBadRequest, a.Status, "%s, %s: %.300s", r.Name, what, a.Raw)
		}
	})
	require.Equal(t, before, c.House.Fingerprint())
}

// RequireNoMassAssignment puts each of the fields that are the service's own into every object of every body that
// does not have it: it is refused at its place, and nothing is stored.
func (c Caller) RequireNoMassAssignment(t testing.TB, made map[string]string, fields ...string) {
	t.Helper()
	before, tried := c.House.Fingerprint(), 0
	c.written(t, made, func(r Route, body map[string]any, schema *openapi3.Schema) {
		eachObject(body, schema, "", func(o map[string]any, s *openapi3.Schema, place string) {
			for _, field := range fields {
				if s.Properties[field] != nil {
					continue
				}
				o[field] = "1"
				a := c.sent(t, r, made, body)
				delete(o, field)
				require.Equal(t, http.StatusBadRequest, a.Status, "%s %s/%s: %.300s", r.Name, place, field, a.Raw)
				require.Equal(t, []any{place + "/" + field}, pointers(t, a), r.Name)
				tried++
			}
		})
	})
	require.Greater(t, tried, len(fields))
	require.Equal(t, before, c.House.Fingerprint())
}

// eachObject visits a value that is an object and all objects within it.
func eachObject(v any, s *openapi3.Schema, place string, visit func(o map[string]any, s *openapi3.Schema, place string)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v, s, place)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if of := s.Properties[name]; of != nil {
				eachObject(v[name], of.Value, place+"/"+name, visit)
			}
		}
	case []any:
		for i, x := range v {
			if s.Items != nil {
				eachObject(x, s.Items.Value, fmt.Sprintf("%s/%d", place, i), visit)
			}
		}
	}
}

// pointers are the fields that a problem is about.
func pointers(t testing.TB, a Answer) (out []any) {
	t.Helper()
	list, _ := JSON(t, a.Raw)["errors"].([]any)
	for _, e := range list {
		out = append(out, e.(map[string]any)["pointer"])
	}
	return out
}
