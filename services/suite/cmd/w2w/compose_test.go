package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"w2w/pkg/config"
	"w2w/services/concessions"
	"w2w/services/gateway"
	"w2w/services/lsu"
)

func TestTheSettingsOfTheComposedServicesAreKnown(t *testing.T) {
	t.Parallel()
	c := composeFile(t)
	checks := map[string]func([]string) error{
		"gateway": gateway.Program().CheckSettings, "concessions": concessions.Program().CheckSettings, "lsu": lsu.Program().CheckSettings,
		"migrate": func(environ []string) error { return config.Load(environ, &owned{}) },
	}
	for name, check := range checks {
		environ := c.Services[name].environ(t, dotEnv("secret"))
		require.Greater(t, len(environ), 2)
		require.NoError(t, check(environ), name)
		require.ErrorIs(t, check(append(environ, "W2W_MISSPELT=1")), config.ErrSettings, name)
	}
	for name, s := range c.Services {
		_, checked := checks[name]
		require.True(t, checked || !s.ours() || len(s.Environment) == 0, "%s has settings that nobody checks", name)
	}
}

func TestWhatTheComposedServicesNeedIsThere(t *testing.T) {
	t.Parallel()
	c := composeFile(t)
	for name, s := range c.Services {
		for other, d := range s.DependsOn {
			require.Contains(t, c.Services, other, name)
			done := d.Condition == "service_completed_successfully" && c.Services[other].Restart == ""
			healthy := d.Condition == "service_healthy" && len(c.Services[other].Healthcheck.Test) > 0
			require.True(t, done || healthy, "%s waits for %s", name, other)
		}
		for _, n := range s.Networks {
			require.Contains(t, c.Networks, n, name)
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if strings.HasPrefix(from, ".") {
				_, err := os.Stat(filepath.Join(dockerDir, from))
				require.NoError(t, err, name)
				continue
			}
			require.Contains(t, c.Volumes, from, name)
		}
	}
}

// TestEachImageIsBuiltOnce, since services that build the same one leave images behind that nobody uses, and pulled by
// nobody: a registry may have another's under that name.
func TestEachImageIsBuiltOnce(t *testing.T) {
	t.Parallel()
	built := map[string]int{}
	for name, s := range composeFile(t).Services {
		if !s.ours() {
			require.Empty(t, s.Build, name)
			continue
		}
		require.Equal(t, "never", s.PullPolicy, name)
		built[s.program()] += 0
		if s.Build.Context != "" {
			built[s.program()]++
			require.FileExists(t, filepath.Join(dockerDir, s.Build.Context, s.Build.Dockerfile), name)
			require.DirExists(t, filepath.Join(dockerDir, s.Build.Context, "services", s.program(), "cmd"), name)
			require.Equal(t, map[string]string{"SERVICE": s.program(), "VERSION": "${W2W_VERSION:-dev}"}, s.Build.Args, name)
		}
	}
	require.Equal(t, map[string]int{"gateway": 1, "concessions": 1, "lsu": 1, "suite": 1}, built)
}

// TestTheTrialIsAnother wants it apart from the suite: of one name, each would take the other's containers for left over.
func TestTheTrialIsAnother(t *testing.T) {
	t.Parallel()
	c, trial := composeFile(t), composedBy(t, "trial.yaml")
	require.NotEmpty(t, c.Name)
	require.NotEmpty(t, trial.Name)
	require.NotEqual(t, c.Name, trial.Name)
	require.Len(t, trial.Services, 1)
	w2w := trial.Services["w2w"]
	require.True(t, w2w.ours())
	require.Equal(t, "never", w2w.PullPolicy)
	require.FileExists(t, filepath.Join(dockerDir, w2w.Build.Context, w2w.Build.Dockerfile))
	dockerfile, err := os.ReadFile(filepath.Join(dockerDir, w2w.Build.Context, w2w.Build.Dockerfile))
	require.NoError(t, err)
	require.Contains(t, string(dockerfile), " AS "+w2w.Build.Target+"\n")
	for _, v := range w2w.Volumes {
		from, at, _ := strings.Cut(v, ":")
		require.Contains(t, trial.Volumes, from)
		require.Contains(t, string(dockerfile), "\nVOLUME "+at+"\n")
	}
}

// TestTheJobsAreCommands holds the jobs' words against those that there are, and their folders against their volumes:
// every other place can't be written.
func TestTheJobsAreCommands(t *testing.T) {
	t.Parallel()
	jobs := 0
	for name, s := range composeFile(t).Services {
		if !s.ours() || s.program() != "suite" {
			continue
		}
		jobs++
		require.True(t, known(s.Command) || slices.Equal(s.Command, []string{"help"}), "%s: %v", name, s.Command)
		for _, word := range s.Command {
			at := s.mount(word)
			require.True(t, !strings.HasPrefix(word, "/") || at != "" && !strings.HasSuffix(at, ":ro"), "%s writes to %s", name, word)
		}
	}
	require.Equal(t, 5, jobs)
}

func TestTheComposedServicesHaveNoMoreThanTheyNeed(t *testing.T) {
	t.Parallel()
	c := composeFile(t)
	require.True(t, c.Networks["inside"].Internal)
	for _, name := range slices.Sorted(maps.Keys(c.Services)) {
		s := c.Services[name]
		require.Contains(t, s.SecurityOpt, "no-new-privileges:true", name)
		for _, port := range s.Ports {
			require.True(t, strings.HasPrefix(port, "127.0.0.1:") || strings.HasPrefix(port, "${W2W_LISTEN:-127.0.0.1:"), "%s listens at %s", name, port)
			require.Contains(t, s.Networks, "outside", name)
		}
		if s.ours() {
			require.Equal(t, "65532:65532", s.User, name)
		}
		if name != "postgres" {
			require.True(t, s.ReadOnly, name)
			require.Equal(t, []string{"ALL"}, s.CapDrop, name)
		}
	}
}

// TestTheComposedServicesMayEndInOrder wants time for the drain (5 s), for calls under way (20 s) and for the rest.
func TestTheComposedServicesMayEndInOrder(t *testing.T) {
	t.Parallel()
	running := 0
	for name, s := range composeFile(t).Services {
		if !s.ours() || s.Restart == "" {
			continue
		}
		running++
		grace, err := time.ParseDuration(s.StopGrace)
		require.NoError(t, err, name)
		require.GreaterOrEqual(t, grace, 40*time.Second, name)
	}
	require.Equal(t, 3, running)
}

// TestPrometheusReadsTheComposedServices wants each of them, by its name and its internal port, and rules that are there.
func TestPrometheusReadsTheComposedServices(t *testing.T) {
	t.Parallel()
	var watch struct {
		Global map[string]string `yaml:"global"`
		Rules  []string          `yaml:"rule_files"`
		Scrape []struct {
			Job    string `yaml:"job_name"`
			Static []struct {
				Targets []string `yaml:"targets"`
			} `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	text, err := os.ReadFile(dockerDir + "/prometheus.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.UnmarshalWithOptions(text, &watch, yaml.Strict()))
	var read []string
	for _, s := range watch.Scrape {
		require.Equal(t, []string{s.Job + ":9090"}, s.Static[0].Targets)
		read = append(read, s.Job)
	}
	var running []string
	for name, s := range composeFile(t).Services {
		if s.ours() && s.Restart != "" {
			running = append(running, name)
		}
	}
	require.ElementsMatch(t, running, read)
	require.Equal(t, []string{"rules/*.yaml"}, watch.Rules)
	rules, err := filepath.Glob(filepath.Join(dockerDir, "../deploy", watch.Rules[0]))
	require.NoError(t, err)
	require.NotEmpty(t, rules)
	for _, name := range rules {
		var file struct {
			Groups []any `yaml:"groups"`
		}
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, yaml.UnmarshalWithOptions(text, &file, yaml.Strict()), "%s has more than rules", name)
		require.NotEmpty(t, file.Groups, name)
	}
}
