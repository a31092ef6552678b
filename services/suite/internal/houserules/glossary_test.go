package houserules

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// glossed are the names in the last column of the tables of docs/glossary.md.
func glossed(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\|.*\|(.*)\|$`).FindAllStringSubmatch(document(t, "docs/glossary.md"), -1) {
		for _, name := range quoted.FindAllStringSubmatch(row[1], -1) {
			out[name[1]] = true
		}
	}
	return out
}

// names are all properties of a contract and the fixed parts of its paths.
func names(d *openapi3.T) []string {
	out := map[string]bool{}
	schemas(d, func(_ string, s *openapi3.Schema) {
		for property := range s.Properties {
			out[property] = true
		}
	})
	for path := range d.Paths.Map() {
		for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
			if !strings.HasPrefix(part, "{") {
				out[part] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(out))
}

func TestTheGlossaryHasEveryNameOfTheContracts(t *testing.T) {
	t.Parallel()
	have, all := glossed(t), contracts(t)
	explained := maps.Clone(have)
	for _, service := range []string{"concessions", "lsu"} {
		want := names(all[service+".v1.yaml"])
		if len(want) < 150 {
			t.Fatalf("only %d names of %s were found", len(want), service)
		}
		for _, name := range want {
			if !explained[name] {
				t.Errorf("docs/glossary.md does not say what %s of %s is in Italian", name, service)
			}
			delete(have, name)
		}
	}
	for name := range have {
		t.Errorf("docs/glossary.md explains %s, which no contract has", name)
	}
}
