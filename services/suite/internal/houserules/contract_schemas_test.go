package houserules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemas calls f for every schema of the contract once, with a name that finds it.
func schemas(d *openapi3.T, f func(at string, s *openapi3.Schema)) {
	seen := map[*openapi3.Schema]bool{}
	var walk func(at string, ref *openapi3.SchemaRef)
	walk = func(at string, ref *openapi3.SchemaRef) {
		if ref == nil || ref.Value == nil || seen[ref.Value] {
			return
		}
		s := ref.Value
		seen[s] = true
		f(at, s)
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			walk(at+"."+name, s.Properties[name])
		}
		for i, one := range slices.Concat(s.OneOf, s.AllOf) {
			walk(fmt.Sprintf("%s|%d", at, i), one)
		}
		walk(at+"[]", s.Items)
		walk(at+".*", s.AdditionalProperties.Schema)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		walk(name, d.Components.Schemas[name])
	}
	for name, h := range d.Components.Headers {
		walk(name, h.Value.Schema)
	}
	operations(d, func(at string, op *openapi3.Operation) {
		for _, p := range op.Parameters {
			walk(at+" "+p.Value.Name, p.Value.Schema)
		}
		for media, m := range requested(op) {
			walk(at+" "+media, m.Schema)
		}
	})
	answers(d, "245d", func(at, _ string, r *openapi3.Response) {
		for _, h := range r.Headers {
			walk(at+" header", h.Value.Schema)
		}
		for media, m := range r.Content {
			walk(at+" "+media, m.Schema)
		}
	})
}

func requested(op *openapi3.Operation) openapi3.Content {
	if op.RequestBody == nil {
		return nil
	}
	return op.RequestBody.Value.Content
}

// bounded are the formats whose values have a length of their own.
var bounded = []string{"date", "date-time"}

// unbounded says what a schema leaves open: a size, or a number's format.
func unbounded(s *openapi3.Schema) string {
	switch {
	case s.Type == nil && len(s.OneOf)+len(s.AllOf) == 0:
		return "type"
	case s.Type == nil:
		return "" // its parts are judged
	case (s.Type.Is("integer") || s.Type.Is("number")) && s.Format == "":
		return "format"
	case s.Type.Is("array") && s.MaxItems == nil:
		return "maxItems"
	case s.Type.Is("string") && s.MaxLength == nil && len(s.Enum) == 0 && !slices.Contains(bounded, s.Format):
		return "maxLength"
	}
	return ""
}

func TestSchemasAreBounded(t *testing.T) {
	t.Parallel()
	for name, d := range contracts(t) {
		count := 0
		schemas(d, func(at string, s *openapi3.Schema) {
			count++
			if open := unbounded(s); open != "" {
				t.Errorf("%s: %s lacks %s", name, at, open)
			}
			for property := range s.Properties {
				if !snake.MatchString(property) {
					t.Errorf("%s: %s.%s is not in snake_case", name, at, property)
				}
			}
		})
		if count < 20 {
			t.Errorf("%s: only %d schemas were found", name, count)
		}
	}
	for want, s := range map[string]*openapi3.Schema{
		"type": {}, "format": {Type: &openapi3.Types{"integer"}}, "maxItems": openapi3.NewArraySchema(), "maxLength": openapi3.NewStringSchema(),
	} {
		if got := unbounded(s); got != want {
			t.Errorf("an open schema: got %q, want %q", got, want)
		}
	}
}

// TestRequestsRefuseUnknownFields wants additionalProperties: false in whatever a client sends as an object.
func TestRequestsRefuseUnknownFields(t *testing.T) {
	t.Parallel()
	for name, d := range contracts(t) {
		operations(d, func(at string, op *openapi3.Operation) {
			for _, m := range requested(op) {
				body := &openapi3.T{Components: &openapi3.Components{Schemas: openapi3.Schemas{at: m.Schema}}, Paths: openapi3.NewPaths()}
				schemas(body, func(at string, s *openapi3.Schema) {
					if s.Type.Is("object") && (s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has) {
						t.Errorf("%s: %s takes unknown fields", name, at)
					}
				})
			}
		})
	}
}

// sample composes a value as the interactive documentation does: the example where there is one, else from
// the examples of the parts.
func sample(at string, s *openapi3.Schema) (any, error) {
	switch {
	case s.Example != nil:
		return s.Example, nil
	case s.Type.Is("array"):
		item, err := sample(at+"[]", s.Items.Value)
		return []any{item}, err
	case s.Type.Is("object") && len(s.Properties) > 0 || len(s.AllOf) > 0:
		out := map[string]any{}
		for _, part := range s.AllOf {
			value, err := sample(at, part.Value)
			if err != nil {
				return nil, err
			}
			maps.Copy(out, value.(map[string]any))
		}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			value, err := sample(at+"."+name, s.Properties[name].Value)
			if err != nil {
				return nil, err
			}
			out[name] = value
		}
		return out, nil
	case len(s.Enum) > 0:
		return s.Enum[0], nil
	}
	if known, ok := map[string]any{"date": "2010-04-01", "date-time": "2010-04-01T08:00:00Z", "uuid": "019a3c60-0000-7000-8000-000000000001"}[s.Format]; ok {
		return known, nil
	}
	return nil, fmt.Errorf("%s needs an example", at)
}

// TestBodiesHaveValidExamples composes an example for each JSON body that is sent or answered, and holds it
// against its schema.
func TestBodiesHaveValidExamples(t *testing.T) {
	t.Parallel()
	for name, d := range contracts(t) {
		check := func(at string, content openapi3.Content) {
			m := content["application/json"]
			if m == nil || m.Example != nil || len(m.Examples) > 0 { // an example of its own is checked with the document
				return
			}
			value, err := sample(at, m.Schema.Value)
			if err == nil {
				err = m.Schema.Value.VisitJSON(value, openapi3.EnableFormatValidation())
			}
			if err != nil {
				t.Errorf("%s: %s: %s", name, at, strings.SplitN(err.Error(), "\n", 2)[0])
			}
		}
		operations(d, func(at string, op *openapi3.Operation) { check(at, requested(op)) })
		answers(d, "2", func(at, _ string, r *openapi3.Response) { check(at, r.Content) })
	}
	if _, err := sample("x", openapi3.NewObjectSchema().WithProperty("name", openapi3.NewStringSchema())); err == nil {
		t.Error("a body without an example passed")
	}
}
