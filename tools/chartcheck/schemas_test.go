package chartcheck

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// kubernetesSum is the hash of the module that has the schemas, as go.sum has it for other modules.
const kubernetesSum = "h1:bmH31xUdSzeA5vk0wZAK9MZp11mdLuzUSeKk0qN3hPQ="

const quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"

type schema = map[string]any

// definitions are those of the API of Kubernetes, from the module of the fixed version.
func definitions(t *testing.T) schema {
	t.Helper()
	download := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "k8s.io/kubernetes@"+kubernetes)
	download.Dir = t.TempDir() // no go.mod of ours is touched
	out, err := download.Output()
	require.NoError(t, err, "%s", out)
	var module struct{ Dir, Sum string }
	require.NoError(t, json.Unmarshal(out, &module))
	require.Equal(t, kubernetesSum, module.Sum)
	text, err := os.ReadFile(filepath.Join(module.Dir, "api/openapi-spec/swagger.json"))
	require.NoError(t, err)
	var swagger struct{ Definitions schema }
	require.NoError(t, json.Unmarshal(text, &swagger))
	all := strict(swagger.Definitions).(schema)
	all[quantity] = schema{"oneOf": []any{schema{"type": "string"}, schema{"type": "number"}}}
	return all
}

// strict closes objects against unknown fields and spells out what is a string or an integer.
func strict(node any) any {
	switch n := node.(type) {
	case []any:
		out := make([]any, len(n))
		for i, item := range n {
			out[i] = strict(item)
		}
		return out
	case schema:
		if n["format"] == "int-or-string" {
			return schema{"oneOf": []any{schema{"type": "string"}, schema{"type": "integer"}}}
		}
		out := schema{}
		for key, value := range n {
			out[key] = strict(value)
		}
		delete(out, "format") // int32, date-time and the like are Go's
		if _, ok := out["properties"].(schema); ok && out["additionalProperties"] == nil {
			out["additionalProperties"] = false
		}
		return out
	}
	return node
}

// schemas hold objects against the schema of their kind.
type schemas struct {
	t        *testing.T
	builtin  schema            // by name
	kinds    map[string]string // apiVersion and kind: name of the definition
	compiled map[string]*jsonschema.Schema
}

func openSchemas(t *testing.T) *schemas {
	t.Helper()
	s := &schemas{t: t, builtin: definitions(t), kinds: map[string]string{}, compiled: map[string]*jsonschema.Schema{}}
	for name, d := range s.builtin {
		kinds, _ := d.(schema)["x-kubernetes-group-version-kind"].([]any)
		for _, k := range kinds {
			k := k.(schema)
			version := strings.TrimPrefix(k["group"].(string)+"/"+k["version"].(string), "/")
			s.kinds[version+" "+k["kind"].(string)] = name
		}
	}
	require.Greater(t, len(s.kinds), 100)
	return s
}

// check returns why the object breaks the schema of its kind; a kind without a schema breaks it too.
func (s *schemas) check(o object) error {
	s.t.Helper()
	kind := o["apiVersion"].(string) + " " + o.kind()
	compiled := s.compiled[kind]
	if compiled == nil {
		compiled = s.compile(kind)
		s.compiled[kind] = compiled
	}
	data, err := json.Marshal(o)
	require.NoError(s.t, err)
	var value any
	require.NoError(s.t, json.Unmarshal(data, &value))
	return compiled.Validate(value)
}

func (s *schemas) compile(kind string) *jsonschema.Schema {
	s.t.Helper()
	var document schema
	if name, ok := s.kinds[kind]; ok {
		document = schema{"$ref": "#/definitions/" + name, "definitions": s.closure(name)}
	} else {
		document = custom(s.t, kind)
	}
	document["$schema"] = "http://json-schema.org/draft-07/schema#"
	compiler := jsonschema.NewCompiler()
	require.NoError(s.t, compiler.AddResource("kind.json", document))
	compiled, err := compiler.Compile("kind.json")
	require.NoError(s.t, err, kind)
	return compiled
}

// closure is the definition with all that it refers to.
func (s *schemas) closure(name string) schema {
	found := schema{}
	var visit func(node any)
	visit = func(node any) {
		switch n := node.(type) {
		case []any:
			for _, item := range n {
				visit(item)
			}
		case schema:
			if ref, ok := n["$ref"].(string); ok {
				other := strings.TrimPrefix(ref, "#/definitions/")
				if found[other] == nil {
					found[other] = s.builtin[other]
					visit(s.builtin[other])
				}
			}
			for value := range maps.Values(n) {
				visit(value)
			}
		}
	}
	found[name] = s.builtin[name]
	visit(s.builtin[name])
	return found
}

// custom is the schema of a custom resource: what of it the chart uses, in testdata/crds.
func custom(t *testing.T, kind string) schema {
	t.Helper()
	version, name, _ := strings.Cut(kind, " ")
	text, err := os.ReadFile("testdata/crds/" + strings.ToLower(name) + ".yaml")
	require.NoError(t, err, "there is no schema for %s", kind)
	var written schema
	require.NoError(t, yaml.UnmarshalStrict(text, &written))
	out := strict(written).(schema)
	properties := out["properties"].(schema)
	require.Equal(t, version, properties["apiVersion"].(schema)["const"], "%s: the version", name)
	return out
}

func TestManifestsKeepTheirSchemas(t *testing.T) {
	s := openSchemas(t)
	seen := map[string]bool{}
	everywhere(t, func(t *testing.T, objects []object) {
		for _, o := range objects {
			require.NoError(t, s.check(o), "%s", o)
			seen[o.kind()] = true
		}
	})
	for _, kind := range []string{"Deployment", "Job", "Pod", "NetworkPolicy", "HTTPRoute", "Ingress", "Cluster", "Pooler", "ScheduledBackup", "ServiceMonitor", "PrometheusRule"} {
		require.True(t, seen[kind], "no example has a %s", kind)
	}
}

// TestSchemasRefuse shows that a mistake is seen: an unknown field, a wrong type, a missing part.
func TestSchemasRefuse(t *testing.T) {
	s := openSchemas(t)
	for text, part := range map[string]string{
		"{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selectr: {}}}":                                                "selectr",
		"{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: http}]}}":                                      "/spec/ports/0/port",
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {}}}":                                       "template",
		"{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: a}, spec: {instances: two}}":                          "/spec/instances",
		"{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a}, spec: {hostname: a}}":                    "hostname",
		"{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: a}, spec: {groups: [{name: a, rule: []}]}}": "rule",
	} {
		require.ErrorContains(t, s.check(values(t, text)), part, text)
	}
}
