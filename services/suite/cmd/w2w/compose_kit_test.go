package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

const dockerDir = "../../../../docker"

// composition is docker/compose.yaml, with the keys that it may use: one that is misspelt is refused.
type composition struct {
	Name     string              `yaml:"name"`
	Service  composed            `yaml:"x-service"`
	Running  composed            `yaml:"x-running"`
	Services map[string]composed `yaml:"services"`
	Networks map[string]struct {
		Internal bool `yaml:"internal"`
	} `yaml:"networks"`
	Volumes map[string]struct{} `yaml:"volumes"`
}

type composed struct {
	Image      string `yaml:"image"`
	PullPolicy string `yaml:"pull_policy"`
	Build      struct {
		Context    string            `yaml:"context"`
		Dockerfile string            `yaml:"dockerfile"`
		Target     string            `yaml:"target"`
		Args       map[string]string `yaml:"args"`
	} `yaml:"build"`
	Command     []string `yaml:"command"`
	User        string   `yaml:"user"`
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Restart     string   `yaml:"restart"`
	StopGrace   string   `yaml:"stop_grace_period"`
	ShmSize     string   `yaml:"shm_size"`
	DependsOn   map[string]struct {
		Condition string `yaml:"condition"`
	} `yaml:"depends_on"`
	Networks    []string          `yaml:"networks"`
	NetworkMode string            `yaml:"network_mode"`
	Profiles    []string          `yaml:"profiles"`
	Ports       []string          `yaml:"ports"`
	Volumes     []string          `yaml:"volumes"`
	Environment map[string]string `yaml:"environment"`
	Healthcheck struct {
		Test     []string `yaml:"test"`
		Interval string   `yaml:"interval"`
		Timeout  string   `yaml:"timeout"`
		Retries  int      `yaml:"retries"`
	} `yaml:"healthcheck"`
}

func composeFile(t *testing.T) composition {
	t.Helper()
	return composedBy(t, "compose.yaml")
}

func composedBy(t *testing.T, file string) composition {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dockerDir, file))
	require.NoError(t, err)
	var c composition
	require.NoError(t, yaml.UnmarshalWithOptions(text, &c, yaml.Strict()))
	return c
}

var variable = regexp.MustCompile(`\$\{([A-Z0-9_]+)(?::([?-])([^}]*))?\}`)

// ours is a service whose image is made of this tree; program is the one in it.
func (c composed) ours() bool { return strings.HasPrefix(c.Image, "localhost/w2w/") }

func (c composed) program() string {
	return strings.TrimSuffix(strings.TrimPrefix(c.Image, "localhost/w2w/"), ":${W2W_VERSION:-dev}")
}

// environ is what a service's container gets, with the variables of .env.
func (c composed) environ(t *testing.T, dotEnv map[string]string) []string {
	t.Helper()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		value := variable.ReplaceAllStringFunc(c.Environment[name], func(found string) string {
			m := variable.FindStringSubmatch(found)
			if value, ok := dotEnv[m[1]]; ok {
				return value
			}
			require.Equal(t, "-", m[2], "%s is not in .env and has no other value", m[1])
			return m[3]
		})
		out = append(out, name+"="+value)
	}
	return out
}

// dotEnv has the passwords that the head of compose.yaml makes.
func dotEnv(password string) map[string]string {
	all := map[string]string{}
	for _, name := range []string{"OWNER", "GATEWAY", "CONCESSIONS", "LSU"} {
		all["W2W_"+name+"_PASSWORD"] = password
	}
	return all
}
