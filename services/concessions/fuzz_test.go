package concessions_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// junk is what no field of the contract takes, or takes only by mistake.
var junk = []any{nil, "", " ", "\x00", "2010-02-30", "' or 1=1 --", strings.Repeat("x", 5000), "è\u202e\U0001F600", true, -1, 1.5, 1e300, math.MaxInt64,
	[]any{}, []any{nil}, object{}, object{"x": object{}}}

// fuzzer makes requests from the contract: some keep it, some break it in one place or another.
type fuzzer struct {
	*rapid.T
	ids     map[string]string
	mutants int // how many of a hundred values are junk
}

func (f fuzzer) chance(percent int) bool {
	return rapid.IntRange(1, 100).Draw(f.T, "chance") <= percent
}

func (f fuzzer) id() string {
	known := slices.Sorted(maps.Values(f.ids))
	return rapid.SampledFrom(append(known, absent)).Draw(f.T, "id")
}

func (f fuzzer) value(s *openapi3.Schema) any {
	switch {
	case f.chance(f.mutants):
		return rapid.SampledFrom(junk).Draw(f.T, "junk")
	case len(s.OneOf) > 0:
		return f.value(rapid.SampledFrom(s.OneOf).Draw(f.T, "one").Value)
	case len(s.Enum) > 0:
		return rapid.SampledFrom(s.Enum).Draw(f.T, "enum")
	case s.Type.Is("object"):
		return f.object(s)
	case s.Type.Is("array"):
		out := []any{}
		for range rapid.IntRange(int(s.MinItems), int(s.MinItems)+2).Draw(f.T, "items") {
			out = append(out, f.value(s.Items.Value))
		}
		return out
	case s.Type.Is("boolean"):
		return rapid.Bool().Draw(f.T, "bool")
	case s.Type.Is("integer"):
		return f.integer(s)
	default:
		return f.text(s)
	}
}

func (f fuzzer) object(s *openapi3.Schema) object {
	out := object{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(s.Required, name) || f.chance(60) {
			out[name] = f.value(s.Properties[name].Value)
		}
	}
	if f.chance(f.mutants) {
		out["colour"] = "red"
	}
	return out
}

func (f fuzzer) integer(s *openapi3.Schema) int64 {
	low, high := int64(math.MinInt32), int64(math.MaxInt32)
	if s.Min != nil {
		low = int64(*s.Min)
	}
	if s.Max != nil {
		high = int64(*s.Max)
	}
	return rapid.Int64Range(low, high).Draw(f.T, "integer")
}

func (f fuzzer) text(s *openapi3.Schema) string {
	switch {
	case s.Format == "uuid":
		return f.id()
	case s.Format == "date":
		return rapid.SampledFrom([]string{"2010-04-01", "2010-04-30", "2011-12-31", "1900-01-01", "9999-12-31", "0001-01-01"}).Draw(f.T, "date")
	case s.Format == "date-time":
		return rapid.SampledFrom([]string{"2010-04-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00+14:00"}).Draw(f.T, "instant")
	case s.Pattern != "":
		return rapid.StringMatching(s.Pattern).Draw(f.T, "text")
	}
	longest := 12
	if s.MaxLength != nil {
		longest = min(longest, int(*s.MaxLength))
	}
	return rapid.StringN(int(s.MinLength), longest, -1).Draw(f.T, "text")
}

// body is an example of the contract with the ids of the tour, or made from the schema; or a file.
func (f fuzzer) body(t *testing.T, r route) (raw []byte, media string) {
	if r.op.RequestBody == nil {
		return nil, ""
	}
	content := r.op.RequestBody.Value.Content
	media = rapid.SampledFrom(slices.Sorted(maps.Keys(content))).Draw(f.T, "media")
	if media != "application/json" {
		return []byte(f.file()), media
	}
	schema := content[media].Schema.Value
	value, _ := r.body(t, f.ids)
	if known, ok := value.(object); ok && f.chance(70) {
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(schema.Properties))).Draw(f.T, "touched")
		known[name] = f.value(schema.Properties[name].Value)
	} else {
		value = f.value(schema)
	}
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return raw, media
}

// file has lines of cells, some of which a worker list would have.
func (f fuzzer) file() string {
	cells := rapid.SampledFrom([]string{"row", "tax_code", "1", "RSSMRA85T10A562S", "2010-04-01", "true", "", "\"", "=1+1", "{\"row\":1}", "\xff", "\x00"})
	lines := rapid.SliceOfN(rapid.SliceOfN(cells, 0, 12), 0, 5).Draw(f.T, "lines")
	out := rapid.SampledFrom([]string{"", draftList}).Draw(f.T, "head")
	for _, line := range lines {
		out += strings.Join(line, ",") + "\n"
	}
	return out
}

func (f fuzzer) address(r route) string {
	path := r.path
	for name, id := range f.ids {
		if f.chance(5 + f.mutants) {
			id = rapid.SampledFrom([]string{absent, "7", "%00", "..", "é", "99999999999999999999"}).Draw(f.T, "stranger")
		}
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(id))
	}
	query := url.Values{}
	often := map[string]int{"wait": 0, "cursor": 5, "after": 5} // an invented cursor is refused before anything else
	for _, p := range r.op.Parameters {
		percent, rare := often[p.Value.Name]
		if p.Value.In == "query" && (p.Value.Required || !rare && f.chance(30) || f.chance(percent)) {
			query.Set(p.Value.Name, fmt.Sprint(f.value(p.Value.Schema.Value)))
		}
	}
	return path + "?" + query.Encode()
}

func (f fuzzer) headers(h http.Header, media string) {
	for name, values := range map[string][2][]string{ // good ones, and others
		"If-Match":        {{`"1"`, `"2"`}, {`"9"`, "*", "x", ""}},
		"Idempotency-Key": {{uuid.NewString()}, {"k", "", "\xff"}},
		"Accept":          {{"", "*/*", "text/csv"}, {"image/png", ";", "\xff"}},
		"Content-Type":    {{media}, {"text/html", "", "application/json; charset=latin1"}},
	} {
		choice := 0
		if f.chance(2 + f.mutants) {
			choice = 1
		}
		if v := rapid.SampledFrom(values[choice]).Draw(f.T, name); v != "" {
			h.Set(name, v)
		}
	}
}

// TestFuzzAPI is row 25 of the catalogue: it sends requests made from the contract to each of its operations: none is
// answered with 5xx, and every answer keeps the contract.
func TestFuzzAPI(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids := h.tour()
	callers := []caller{h.as("03", "office"), h.as("03", "examiner"), h.as("07", "stranger"), h.as("*", "ministry")}
	for _, r := range h.routes() {
		t.Run(r.name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				f := fuzzer{rt, ids, rapid.SampledFrom([]int{0, 0, 3, 15}).Draw(rt, "mutants")}
				raw, media := f.body(t, r)
				request := rapid.SampledFrom(callers).Draw(rt, "caller").Request(r.method, f.address(r), raw)
				f.headers(request.Header, media)
				a := answered(h.Do(request))
				if _, err := h.Contract.Check(request, a.status, a.header, a.raw); err != nil || a.status >= 500 {
					rt.Fatalf("%s %s\n%s\nanswered %d: %s\n%v", r.method, request.URL, raw, a.status, a.raw, err)
				}
			})
		})
	}
}
