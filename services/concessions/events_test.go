package concessions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"w2w/openapi"
	"w2w/pkg/auth"
	"w2w/pkg/feed"
)

const commonSchema = "common.json"

// eventSchemas are the schemas of openapi/events by type.
var eventSchemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	addresses := map[string]string{}
	err := fs.WalkDir(openapi.Events, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := openapi.Events.ReadFile(path)
		if err != nil {
			return err
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return err
		}
		address := "https://w2w.example/events/" + entry.Name()
		if entry.Name() != commonSchema {
			addresses[strings.TrimSuffix(entry.Name(), ".json")] = address
		}
		return compiler.AddResource(address, document)
	})
	if err != nil {
		return nil, err
	}
	out := map[string]*jsonschema.Schema{}
	for name, address := range addresses {
		if out[name], err = compiler.Compile(address); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// emitted are all events that the service has stored, as the feed would serve them: the feed itself holds back
// what other tests' transactions may still overtake.
func (h *house) emitted() (out []feed.CloudEvent) {
	h.t.Helper()
	err := h.db.Read(context.Background(), auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue("select event_id::text, type, subject, at, administration, data from outbox order by id").Query(func(rows pgx.Rows) error {
			for rows.Next() {
				e := feed.CloudEvent{SpecVersion: "1.0", Source: base, DataContentType: "application/json"}
				if err := rows.Scan(&e.ID, &e.Type, &e.Subject, &e.Time, &e.Administration, &e.Data); err != nil {
					return err
				}
				out = append(out, e)
			}
			return rows.Err()
		})
	})
	require.NoError(h.t, err)
	return out
}

// people are the names in the kit's applications, and the form of a person's codice fiscale.
var people = regexp.MustCompile(`(?i)xawu|yoli|yaxo|\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b`)

// requireEvents holds every event that a test caused against the schema of its type.
func (h *house) requireEvents() {
	schemas, err := eventSchemas()
	require.NoError(h.t, err)
	for _, e := range h.emitted() {
		raw, err := json.Marshal(e)
		require.NoError(h.t, err)
		require.Contains(h.t, schemas, e.Type, "openapi/events/%s.json is missing", e.Type)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		require.NoError(h.t, err)
		require.NoError(h.t, schemas[e.Type].Validate(value), string(raw))
		require.False(h.t, people.Match(raw), "an event names a person: %s", raw)
	}
}

// TestEveryTypeOfEventIsDescribedAndEmitted wants the tour to emit each type that has a schema; that each emitted
// type has one is seen at the end of every test.
func TestEveryTypeOfEventIsDescribedAndEmitted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.tour()
	seen := map[string]bool{}
	for _, e := range h.emitted() {
		seen[e.Type] = true
	}
	schemas, err := eventSchemas()
	require.NoError(t, err)
	require.ElementsMatch(t, slices.Collect(maps.Keys(schemas)), slices.Collect(maps.Keys(seen)),
		"a type without openapi/events/<type>.json, or a schema whose event tour_test.go does not cause")
}

func TestTheSchemasOfEventsHoldTheirExamplesAndNoPersonalData(t *testing.T) {
	t.Parallel()
	schemas, err := eventSchemas()
	require.NoError(t, err)
	for name, s := range schemas {
		data, err := openapi.Events.ReadFile("events/" + name + ".json")
		require.NoError(t, err)
		require.NotRegexp(t, `"(tax_code|family_name|given_name|name)"`, string(data), name)
		raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		require.NoError(t, err)
		document := raw.(object)
		require.Equal(t, name, document["title"])
		require.Equal(t, false, document["unevaluatedProperties"], name)
		require.Equal(t, false, document["properties"].(object)["data"].(object)["additionalProperties"], name)
		require.NotEmpty(t, document["examples"], name)
		for _, example := range document["examples"].([]any) {
			require.NoError(t, s.Validate(example), name)
			example.(object)["data"].(object)["tax_code"] = "RSSMRA85T10A562S"
			require.Error(t, s.Validate(example), "%s takes what it does not name", name)
		}
	}
}

// TestTheWordsOfEventsAreThoseOfTheContract compares the states, which stand in both.
func TestTheWordsOfEventsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	k, err := contract()
	require.NoError(t, err)
	data, err := openapi.Events.ReadFile("events/" + commonSchema)
	require.NoError(t, err)
	var common struct {
		Defs struct {
			State struct{ Enum []any } `json:"state"`
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(data, &common))
	require.Equal(t, k.Doc.Components.Schemas["State"].Value.Enum, common.Defs.State.Enum)
}
