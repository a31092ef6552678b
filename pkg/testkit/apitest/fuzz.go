package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
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

// Fuzz is what requests are made from besides the contract.
type Fuzz struct {
	Made    map[string]string // ids, by the name in paths and bodies
	Callers []Caller
	Files   []string // beginnings of files that are taken
	Cells   []string // what may stand in a file
}

// junk is what no field of a contract takes, or takes only by mistake.
var junk = []any{nil, "", " ", "\x00", "2010-02-30", "' or 1=1 --", strings.Repeat("x", 5000), "è\u202e\U0001F600", true, -1, 1.5, 1e300, int64(1<<63 - 1),
	[]any{}, []any{nil}, map[string]any{}, map[string]any{"x": map[string]any{}}}

// cells are some that may stand in any file.
var cells = []string{"row", "1", "2010-04-01", "true", "", "\"", "=1+1", "{\"row\":1}", "\xff", "\x00"}

// RequireFuzz sends requests made from the contract to each of its operations: none is answered with 5xx, and every
// answer keeps the contract.
func (h *House) RequireFuzz(t *testing.T, z Fuzz) {
	t.Helper()
	for _, r := range h.Routes() {
		t.Run(r.Name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				f := fuzzer{rt, z, rapid.SampledFrom([]int{0, 0, 3, 15}).Draw(rt, "mutants")}
				raw, media := f.body(t, r)
				request := rapid.SampledFrom(z.Callers).Draw(rt, "caller").Request(r.Method, f.address(r), raw)
				f.headers(request.Header, media)
				a := h.Do(request)
				if _, err := h.Contract.Check(request, a.Status, a.Header, a.Raw); err != nil || a.Status >= 500 {
					rt.Fatalf("%s %s\n%s\nanswered %d: %s\n%v", r.Method, request.URL, raw, a.Status, a.Raw, err)
				}
			})
		})
	}
}

// fuzzer makes requests from the contract: some keep it, some break it in one place or another.
type fuzzer struct {
	*rapid.T
	Fuzz
	mutants int // how many of a hundred values are junk
}

func (f fuzzer) chance(percent int) bool {
	return rapid.IntRange(1, 100).Draw(f.T, "chance") <= percent
}

// body is an example of the contract with the ids of the tour, or made from the schema; or a file.
func (f fuzzer) body(t *testing.T, r Route) (raw []byte, media string) {
	if r.Op.RequestBody == nil {
		return nil, ""
	}
	content := r.Op.RequestBody.Value.Content
	media = rapid.SampledFrom(slices.Sorted(maps.Keys(content))).Draw(f.T, "media")
	if media != "application/json" {
		return []byte(f.file()), media
	}
	schema := content[media].Schema.Value
	value, _ := r.Body(t, f.Made)
	if known, ok := value.(map[string]any); ok && f.chance(70) {
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(schema.Properties))).Draw(f.T, "touched")
		known[name] = f.value(schema.Properties[name].Value)
	} else {
		value = f.value(schema)
	}
	raw, err := json.Marshal(value)
	require.NoError(t, err)
	return raw, media
}

// file has lines of cells, some of which a list would have.
func (f fuzzer) file() string {
	cell := rapid.SampledFrom(append(slices.Clone(cells), f.Cells...))
	lines := rapid.SliceOfN(rapid.SliceOfN(cell, 0, 12), 0, 5).Draw(f.T, "lines")
	out := rapid.SampledFrom(append([]string{""}, f.Files...)).Draw(f.T, "head")
	for _, line := range lines {
		out += strings.Join(line, ",") + "\n"
	}
	return out
}

func (f fuzzer) address(r Route) string {
	path := r.Path
	for _, name := range slices.Sorted(maps.Keys(f.Made)) {
		id := f.Made[name]
		if f.chance(5 + f.mutants) {
			id = rapid.SampledFrom([]string{Absent, "7", "%00", "..", "é", "99999999999999999999"}).Draw(f.T, "stranger")
		}
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(id))
	}
	query := url.Values{}
	often := map[string]int{"wait": 0, "cursor": 5, "after": 5} // an invented cursor is refused before anything else
	for _, p := range r.Op.Parameters {
		percent, rare := often[p.Value.Name]
		if p.Value.In == openapi3.ParameterInQuery && (p.Value.Required || !rare && f.chance(30) || f.chance(percent)) {
			query.Set(p.Value.Name, fmt.Sprint(f.value(p.Value.Schema.Value)))
		}
	}
	return path + "?" + query.Encode()
}

func (f fuzzer) headers(h http.Header, media string) {
	of := map[string][2][]string{ // good ones, and others
		"If-Match":        {{`"1"`, `"2"`}, {`"9"`, "*", "x", ""}},
		"Idempotency-Key": {{uuid.NewString()}, {"k", "", "\xff"}},
		"Accept":          {{"", "*/*", "text/csv"}, {"image/png", ";", "\xff"}},
		"Content-Type":    {{media}, {"text/html", "", "application/json; charset=latin1"}},
	}
	for _, name := range slices.Sorted(maps.Keys(of)) { // in an order that comes again
		choice := 0
		if f.chance(2 + f.mutants) {
			choice = 1
		}
		if v := rapid.SampledFrom(of[name][choice]).Draw(f.T, name); v != "" {
			h.Set(name, v)
		}
	}
}
