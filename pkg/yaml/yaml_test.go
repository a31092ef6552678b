package yaml_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/yaml"
)

func TestADocumentKeepsItsOrder(t *testing.T) {
	t.Parallel()
	read, err := yaml.Read([]byte("z: 1\n'200': {b: true, a: [x, 2.5, ~]}\nday: 2026-01-31\nempty: {}\nagain: &a {k: v}\nlike: *a\n"))
	require.NoError(t, err)
	require.Equal(t, yaml.Map{{"z", 1}, {"200", yaml.Map{{"b", true}, {"a", []any{"x", 2.5, nil}}}}, {"day", "2026-01-31"}, {"empty", yaml.Map{}},
		{"again", yaml.Map{{"k", "v"}}}, {"like", yaml.Map{{"k", "v"}}}}, read)
	text, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, `{"z":1,"200":{"b":true,"a":["x",2.5,null]},"day":"2026-01-31","empty":{},"again":{"k":"v"},"like":{"k":"v"}}`, string(text))
}

func TestADocumentThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a: 1\na: 2", "a: [", "? [a]\n: b", "a: &a {b: *a}", "a: &a {k: v}\nb: {<<: *a}", "a: 1\n---\nb: 2"} {
		_, err := yaml.Read([]byte(text))
		require.Error(t, err, text)
	}
}

func TestStrictness(t *testing.T) {
	t.Parallel()
	type row struct {
		Day  string        `yaml:"day"`
		Wait time.Duration `yaml:"wait"`
		Kept string        `yaml:"kept"`
		Any  any           `yaml:"any"`
	}
	r := row{Kept: "as it was"}
	require.NoError(t, yaml.Strict([]byte("day: 2026-01-31\nwait: 5m\nany: {at: 2026-01-31, x: 0.5}\n"), &r))
	require.Equal(t, row{"2026-01-31", 5 * time.Minute, "as it was", map[string]any{"at": "2026-01-31", "x": .5}}, r)
	require.NoError(t, yaml.Strict(nil, &r))
	require.EqualError(t, yaml.Strict([]byte("\ndya: x"), &r), `YAML: line 2: unknown field "dya"`)
	for _, text := range []string{"day: a\nday: b", "wait: soon", "any: {a: 1, a: 2}", "day: a\n---\nday: b"} {
		require.Error(t, yaml.Strict([]byte(text), &r), text)
	}
}

// TestEveryContractIsRead: as JSON too, which browsers are given.
func TestEveryContractIsRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../openapi/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		read, err := yaml.Read(data)
		require.NoError(t, err, name)
		require.Equal(t, "openapi", read.(yaml.Map)[0].Key)
		text, err := json.Marshal(read)
		require.NoError(t, err)
		require.True(t, json.Valid(text))
	}
}
