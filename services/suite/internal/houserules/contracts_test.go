package houserules

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// contractRule is one rule of the national guidelines or of the house. spoil breaks a good contract in the way
// that the rule is there to find.
type contractRule struct {
	find  func(d *openapi3.T) []string
	spoil func(d *openapi3.T)
}

var contractRules = map[string]contractRule{
	"the document says what it is":           {aboutInfo, func(d *openapi3.T) { d.Info.Version = "1" }},
	"servers use https":                      {aboutServers, func(d *openapi3.T) { d.Servers[0].URL, d.Servers[0].Extensions = "http://x.example", nil }},
	"operations are named and described":     {aboutOperations, func(d *openapi3.T) { anOperation(d).Description = "" }},
	"operation ids are unique":               {aboutOperationIDs, func(d *openapi3.T) { d.Paths.Set("/twice", d.Paths.Find("/status")) }},
	"paths are in kebab-case":                {aboutPaths, func(d *openapi3.T) { d.Paths.Set("/tableSessions", &openapi3.PathItem{}) }},
	"parameters are in snake_case":           {aboutParameters, func(d *openapi3.T) { anOperation(d).AddParameter(openapi3.NewQueryParameter("pageSize")) }},
	"reading takes no body":                  {aboutBodies, func(d *openapi3.T) { anOperation(d).RequestBody = &openapi3.RequestBodyRef{} }},
	"answers tell the rate limit":            {aboutRates, func(d *openapi3.T) { delete(anAnswer(d, "200").Headers, "X-RateLimit-Reset") }},
	"too many and unavailable tell the wait": {aboutWaits, func(d *openapi3.T) { anOperation(d).Responses.Delete("429") }},
	"errors are problem documents": {aboutErrors, func(d *openapi3.T) {
		answer := anAnswer(d, "default")
		answer.Content = openapi3.NewContentWithJSONSchema(openapi3.NewObjectSchema())
	}},
}

func anOperation(d *openapi3.T) *openapi3.Operation { return d.Paths.Find("/status").Get }

func anAnswer(d *openapi3.T, status string) *openapi3.Response {
	return anOperation(d).Responses.Value(status).Value
}

// contracts reads the contracts of the suite anew, by name.
func contracts(t *testing.T) map[string]*openapi3.T {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "openapi/*.v1.yaml"))
	if err != nil || len(names) < 2 {
		t.Fatal("contracts are missing", names, err)
	}
	out := map[string]*openapi3.T{}
	for _, name := range names {
		d, err := openapi3.NewLoader().LoadFromFile(name)
		if err != nil {
			t.Fatal(name, err)
		}
		out[filepath.Base(name)] = d
	}
	return out
}

func TestContractsKeepTheRules(t *testing.T) {
	t.Parallel()
	for name, d := range contracts(t) {
		// Validate also holds every example against its schema, and knows no field that OpenAPI does not know.
		if err := d.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for rule, r := range contractRules {
			for _, fault := range r.find(d) {
				t.Errorf("%s: %s: %s", name, rule, fault)
			}
		}
	}
}

// TestTheRulesFindWhatBreaksThem spoils a good contract once for each rule.
func TestTheRulesFindWhatBreaksThem(t *testing.T) {
	t.Parallel()
	for rule, r := range contractRules {
		d := contracts(t)["concessions.v1.yaml"]
		r.spoil(d)
		if len(r.find(d)) == 0 {
			t.Errorf("%s: the spoilt contract passed", rule)
		}
	}
}

// operations calls f for each operation of the contract, in order.
func operations(d *openapi3.T, f func(at string, op *openapi3.Operation)) {
	for _, path := range slices.Sorted(maps.Keys(d.Paths.Map())) {
		methods := d.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			f(method+" "+path, methods[method])
		}
	}
}

// answers calls f for each answer of each operation whose status has one of the beginnings.
func answers(d *openapi3.T, beginnings string, f func(at, status string, r *openapi3.Response)) {
	operations(d, func(at string, op *openapi3.Operation) {
		for _, status := range slices.Sorted(maps.Keys(op.Responses.Map())) {
			if strings.Contains(beginnings, status[:1]) {
				f(at+" "+status, status, op.Responses.Value(status).Value)
			}
		}
	})
}

var semver = regexp.MustCompile(`^\d+\.\d+\.\d+$`)

func aboutInfo(d *openapi3.T) (out []string) {
	i := d.Info
	if !semver.MatchString(i.Version) {
		out = append(out, "info.version is no semantic version")
	}
	for _, name := range []string{"x-summary", "x-api-id"} {
		if s, _ := i.Extensions[name].(string); s == "" {
			out = append(out, "info lacks "+name)
		}
	}
	if i.Title == "" || i.Description == "" || i.TermsOfService == "" {
		out = append(out, "info lacks title, description or termsOfService")
	}
	if i.Contact == nil || i.Contact.URL == "" || i.Contact.Email == "" || i.License == nil || i.License.URL == "" {
		out = append(out, "info lacks contact or license")
	}
	return out
}

func aboutServers(d *openapi3.T) (out []string) {
	for _, s := range d.Servers {
		sandbox := s.Extensions["x-sandbox"] == true
		if s.Description == "" || !sandbox && !strings.HasPrefix(s.URL, "https://") {
			out = append(out, s.URL)
		}
	}
	return out
}

func aboutOperations(d *openapi3.T) (out []string) {
	operations(d, func(at string, op *openapi3.Operation) {
		if op.OperationID == "" || op.Summary == "" || op.Description == "" {
			out = append(out, at+" lacks operationId, summary or description (which names the scopes)")
		}
		for _, tag := range op.Tags {
			if d.Tags.Get(tag) == nil {
				out = append(out, at+" has the undeclared tag "+tag)
			}
		}
	})
	return out
}

func aboutOperationIDs(d *openapi3.T) (out []string) {
	seen := map[string]string{}
	operations(d, func(at string, op *openapi3.Operation) {
		if other, ok := seen[op.OperationID]; ok {
			out = append(out, fmt.Sprintf("%s and %s are both %s", other, at, op.OperationID))
		}
		seen[op.OperationID] = at
	})
	return out
}

var (
	kebab = regexp.MustCompile(`^(\.?[a-z0-9]+([-.][a-z0-9]+)*|\{[a-z]+(_[a-z]+)*\})$`)
	snake = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
)

func aboutPaths(d *openapi3.T) (out []string) {
	for path := range d.Paths.Map() {
		for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
			if !kebab.MatchString(segment) {
				out = append(out, path)
			}
		}
	}
	return out
}

func aboutParameters(d *openapi3.T) (out []string) {
	operations(d, func(at string, op *openapi3.Operation) {
		for _, p := range op.Parameters {
			if p.Value.In != openapi3.ParameterInHeader && !snake.MatchString(p.Value.Name) {
				out = append(out, at+" "+p.Value.Name)
			}
		}
	})
	return out
}

func aboutBodies(d *openapi3.T) (out []string) {
	operations(d, func(at string, op *openapi3.Operation) {
		if op.RequestBody != nil && (strings.HasPrefix(at, "GET ") || strings.HasPrefix(at, "DELETE ")) {
			out = append(out, at)
		}
	})
	return out
}

func lacks(r *openapi3.Response, headers ...string) (out []string) {
	for _, name := range headers {
		if r.Headers[name] == nil {
			out = append(out, name)
		}
	}
	return out
}

func aboutRates(d *openapi3.T) (out []string) {
	answers(d, "245d", func(at, _ string, r *openapi3.Response) {
		if missing := lacks(r, "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"); missing != nil {
			out = append(out, fmt.Sprintf("%s lacks %v", at, missing))
		}
	})
	return out
}

func aboutWaits(d *openapi3.T) (out []string) {
	operations(d, func(at string, op *openapi3.Operation) {
		for _, status := range []string{"429", "503"} {
			if r := op.Responses.Value(status); r == nil || lacks(r.Value, "Retry-After") != nil {
				out = append(out, at+" lacks "+status+" with Retry-After")
			}
		}
	})
	return out
}

func aboutErrors(d *openapi3.T) (out []string) {
	operations(d, func(at string, op *openapi3.Operation) {
		if op.Responses.Default() == nil {
			out = append(out, at+" lacks default")
		}
	})
	answers(d, "45d", func(at, _ string, r *openapi3.Response) {
		_, excepted := r.Extensions["x-noqa"] // with the reason, as the national rules take it
		if r.Content["application/problem+json"] == nil || len(r.Content) > 1 && !excepted {
			out = append(out, at)
		}
	})
	return out
}
