package chartcheck

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// setting is a variable in the tag of a field: its name, and whether the program starts without it.
var setting = regexp.MustCompile(`env:"([A-Z0-9_]+)(,required|,notEmpty)?"`)

// settings are the variables that a program knows, true for those that it can't do without. A program refuses others.
func settings(t *testing.T, service string, folders ...string) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			for _, m := range setting.FindAllStringSubmatch(string(text), -1) {
				name := m[1]
				if !strings.HasPrefix(name, "W2W_") {
					name = "W2W_" + strings.ToUpper(service) + "_" + name
				}
				known[name] = m[2] != ""
			}
		}
	}
	require.NotEmpty(t, known, service)
	return known
}

// TestProgramsKnowTheirSettings: a service does not start with a variable that it does not know, or without one that it
// needs.
func TestProgramsKnowTheirSettings(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		for _, p := range pods(t, objects) {
			c := p.Spec.Containers[0]
			folders := []string{"services/" + c.Name, "pkg/app"}
			switch c.Name {
			case "smoke", "doctor":
				continue // these are told by arguments
			case "migrate":
				folders = []string{"services/suite/cmd/w2w"}
			}
			known, given := settings(t, c.Name, folders...), map[string]bool{}
			for _, e := range c.Env {
				given[e.Name] = true
				if strings.HasPrefix(e.Name, "W2W_") {
					require.Contains(t, known, e.Name, p.of)
				}
			}
			for name, required := range known {
				require.True(t, given[name] || !required, "%s lacks %s", p.of, name)
			}
		}
	})
}

// shutdown is how long calls under way may take to end, by the source.
func shutdown(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile(root + "/pkg/httpx/serve.go")
	require.NoError(t, err)
	m := regexp.MustCompile(`const drainTimeout = ([0-9]+) \* time\.Second`).FindStringSubmatch(string(text))
	require.NotNil(t, m)
	seconds, err := strconv.Atoi(m[1])
	require.NoError(t, err)
	return time.Duration(seconds) * time.Second
}
