package apitest

import (
	"maps"
	"math"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"
)

// value is one that the schema takes, or junk.
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

func (f fuzzer) object(s *openapi3.Schema) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(s.Required, name) || f.chance(60) {
			out[name] = f.member(name, s.Properties[name].Value)
		}
	}
	if f.chance(f.mutants) {
		out["colour"] = "red"
	}
	return out
}

// member is often what was made under the name, so that writes meet what there is.
func (f fuzzer) member(name string, s *openapi3.Schema) any {
	if known, ok := f.Made[name]; ok && s.Type.Is("string") && f.chance(50) {
		return known
	}
	return f.value(s)
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
		return rapid.SampledFrom(append(slices.Sorted(maps.Values(f.Made)), Absent)).Draw(f.T, "id")
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
