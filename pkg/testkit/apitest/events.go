package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/feed"
)

const (
	eventFolder  = "events"
	commonSchema = "common.json"
)

// compile reads the schemas of the service's types of events.
func (s *Service) compile() (map[string]*jsonschema.Schema, error) {
	files, err := fs.ReadDir(s.Events, eventFolder)
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	addresses := map[string]string{}
	for _, f := range files {
		data, err := fs.ReadFile(s.Events, path.Join(eventFolder, f.Name()))
		if err != nil {
			return nil, err
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		address := "https://w2w.example/events/" + f.Name()
		if strings.HasPrefix(f.Name(), "it.w2w."+s.Name+".") {
			addresses[strings.TrimSuffix(f.Name(), ".json")] = address
		}
		if err := compiler.AddResource(address, document); err != nil {
			return nil, err
		}
	}
	out := map[string]*jsonschema.Schema{}
	for name, address := range addresses {
		if out[name], err = compiler.Compile(address); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Emitted are all events that the service has stored, as the feed would serve them: the feed itself holds back
// what other tests' transactions may still overtake.
func (h *House) Emitted() (out []feed.CloudEvent) {
	h.T.Helper()
	err := h.DB.Read(context.Background(), auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue("select event_id::text, type, subject, at, administration, data from outbox order by id").Query(func(rows pgx.Rows) error {
			for rows.Next() {
				e := feed.CloudEvent{SpecVersion: "1.0", Source: h.service.Base, DataContentType: "application/json"}
				if err := rows.Scan(&e.ID, &e.Type, &e.Subject, &e.Time, &e.Administration, &e.Data); err != nil {
					return err
				}
				out = append(out, e)
			}
			return rows.Err()
		})
	})
	require.NoError(h.T, err)
	return out
}

// requireEvents holds every event that a test caused against the schema of its type.
func (h *House) requireEvents() {
	schemas, err := h.service.Schemas()
	require.NoError(h.T, err)
	person := h.service.Person()
	for _, e := range h.Emitted() {
		raw, err := json.Marshal(e)
		require.NoError(h.T, err)
		require.Contains(h.T, schemas, e.Type, "openapi/events/%s.json is missing", e.Type)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		require.NoError(h.T, err)
		require.NoError(h.T, schemas[e.Type].Validate(value), string(raw))
		require.False(h.T, person.Match(raw), "an event names a person: %s", raw)
	}
}

// RequireEveryEvent wants each type that has a schema to have been emitted; that each emitted type has one is seen at
// the end of every test.
func (h *House) RequireEveryEvent(t testing.TB) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range h.Emitted() {
		seen[e.Type] = true
	}
	schemas, err := h.service.Schemas()
	require.NoError(t, err)
	require.ElementsMatch(t, slices.Collect(maps.Keys(schemas)), slices.Collect(maps.Keys(seen)),
		"a type without openapi/events/<type>.json, or a schema whose event the tour does not cause")
}

// RequireSchemas wants every schema to name all that an event may hold, to hold its examples, and no person's data.
func (s *Service) RequireSchemas(t testing.TB) {
	t.Helper()
	schemas, err := s.Schemas()
	require.NoError(t, err)
	require.NotEmpty(t, schemas)
	for name, schema := range schemas {
		data, err := fs.ReadFile(s.Events, path.Join(eventFolder, name+".json"))
		require.NoError(t, err)
		require.NotRegexp(t, `"(tax_code|family_name|given_name)"`, string(data), name)
		if !slices.Contains(s.Bodies, name) {
			require.NotContains(t, string(data), `"name"`, name)
		}
		document := JSON(t, data)
		require.Equal(t, name, document["title"])
		require.Equal(t, false, document["unevaluatedProperties"], name)
		require.Equal(t, false, document["properties"].(map[string]any)["data"].(map[string]any)["additionalProperties"], name)
		require.NotEmpty(t, document["examples"], name)
		for _, example := range document["examples"].([]any) {
			require.NoError(t, schema.Validate(example), name)
			require.Equal(t, s.Base, example.(map[string]any)["source"], name)
			example.(map[string]any)["data"].(map[string]any)["tax_code"] = "RSSMRA85T10A562S"
			require.Error(t, schema.Validate(example), "%s takes what it does not name", name)
		}
	}
}

// CommonEnum is a list of words that the schemas of events share.
func (s *Service) CommonEnum(t testing.TB, name string) []any {
	t.Helper()
	data, err := fs.ReadFile(s.Events, path.Join(eventFolder, commonSchema))
	require.NoError(t, err)
	found, ok := JSON(t, data)["$defs"].(map[string]any)[name].(map[string]any)
	require.True(t, ok, name)
	return found["enum"].([]any)
}
