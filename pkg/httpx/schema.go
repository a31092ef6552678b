package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"w2w/pkg/fault"
)

// Body returns the bytes of a request and their media type, as the contract read them: for operations that
// take something else than JSON.
func Body(ctx context.Context) (media string, body []byte) {
	media, _ = ctx.Value(mediaKey).(string)
	body, _ = ctx.Value(bodyKey).([]byte)
	return media, body
}

// Schema is one schema of a contract, for values that come otherwise than as a whole JSON body: the lines of
// an uploaded list.
type Schema struct{ schema *openapi3.Schema }

// Schema returns the schema of that name.
func (k *Contract) Schema(name string) (*Schema, error) {
	ref, ok := k.doc.Components.Schemas[name]
	if !ok {
		return nil, fmt.Errorf("the contract has no schema %s", name)
	}
	return &Schema{schema: ref.Value}, nil
}

// maxReasons is how many faults of one value are told.
const maxReasons = 40

// Check tells what is wrong with a JSON value, each fault at its pointer; none when the value is good.
func (s *Schema) Check(value []byte) []fault.Field {
	if err := strictJSON(value); err != nil {
		return fault.As(err).Fields
	}
	dec := json.NewDecoder(bytes.NewReader(value))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return []fault.Field{{Code: "json", Text: fault.Text{IT: "JSON non valido", EN: "not valid JSON"}}}
	}
	err := s.schema.VisitJSON(v, append([]openapi3.SchemaValidationOption{openapi3.MultiErrors(), openapi3.VisitAsRequest()}, formats...)...)
	if err == nil {
		return nil
	}
	found := schemaErrors(err)
	out := make([]fault.Field, min(len(found), maxReasons))
	for i := range out {
		out[i] = fieldOf(found[i])
	}
	return out
}

var unsupported = regexp.MustCompile(`^property (".*") is unsupported$`)

// fieldOf says where a value breaks its schema, and how. An unknown property is named by its own pointer.
func fieldOf(e *openapi3.SchemaError) fault.Field {
	at, code := e.JSONPointer(), e.SchemaField
	text := fault.Text{IT: "valore non conforme (" + code + ")", EN: e.Reason}
	if m := unsupported.FindStringSubmatch(e.Reason); m != nil {
		if name, err := strconv.Unquote(m[1]); err == nil {
			at, code, text = append(at, name), "unknown", fault.Text{IT: "campo non previsto", EN: "unknown field"}
		}
	}
	pointer := ""
	for _, token := range at {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
	}
	return fault.Field{Pointer: pointer, Code: code, Text: text}
}
