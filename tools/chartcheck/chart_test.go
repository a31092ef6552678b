package chartcheck

import (
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

const (
	root     = "../.."
	chartDir = root + "/helm/w2w"
	release  = "w2w"
	ours     = "w2w-system" // the namespace of the release
)

// kubernetes is the version whose schemas and capabilities the chart is held to.
const kubernetes = "v1.33.13"

// object is a rendered manifest.
type object map[string]any

func (o object) kind() string { return o["kind"].(string) }

func (o object) name() string { return o["metadata"].(map[string]any)["name"].(string) }

func (o object) String() string { return o.kind() + "/" + o.name() }

// as decodes the manifest into a type of Kubernetes, which must know each field.
func as[T any](t *testing.T, o object) T {
	t.Helper()
	data, err := yaml.Marshal(o)
	require.NoError(t, err)
	var typed T
	require.NoError(t, yaml.UnmarshalStrict(data, &typed), "%s", o)
	return typed
}

func load(t *testing.T) *chart.Chart {
	t.Helper()
	log.SetOutput(io.Discard) // Helm tells of the link to deploy/ at each turn
	c, err := loader.LoadDir(chartDir)
	require.NoError(t, err)
	return c
}

// examples are the values files of the chart, by name without folder and ending.
func examples(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(chartDir + "/values-*.yaml")
	require.NoError(t, err)
	found := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		found[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "values-"), ".yaml")] = string(text)
	}
	require.Subset(t, slices.Collect(maps.Keys(found)), []string{"laptop", "region", "nation"})
	return found
}

func values(t *testing.T, text string) map[string]any {
	t.Helper()
	v := map[string]any{}
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &v))
	return v
}

// renderFiles returns the files that come of the templates, by path.
func renderFiles(t *testing.T, c *chart.Chart, v map[string]any, options chartutil.ReleaseOptions) (map[string]string, error) {
	t.Helper()
	version, err := chartutil.ParseKubeVersion(kubernetes)
	require.NoError(t, err)
	capabilities := *chartutil.DefaultCapabilities
	capabilities.KubeVersion = *version
	options.Name, options.Namespace, options.Revision = release, ours, 1
	all, err := chartutil.ToRenderValues(c, v, options, &capabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, all)
}

// render returns what Helm would send to the cluster, hooks included.
func render(t *testing.T, c *chart.Chart, v map[string]any, options chartutil.ReleaseOptions) ([]object, error) {
	t.Helper()
	rendered, err := renderFiles(t, c, v, options)
	if err != nil {
		return nil, err
	}
	var objects []object
	for _, file := range slices.Sorted(maps.Keys(rendered)) {
		if !strings.HasSuffix(file, ".yaml") {
			continue
		}
		for _, document := range strings.Split("\n"+rendered[file], "\n---") {
			var o object
			if err := yaml.UnmarshalStrict([]byte(document), &o); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", file, err, document)
			}
			if len(o) > 0 {
				objects = append(objects, o)
			}
		}
	}
	return objects, nil
}

var (
	install = chartutil.ReleaseOptions{IsInstall: true}
	upgrade = chartutil.ReleaseOptions{IsUpgrade: true}
)

// everywhere runs the check on every example, as installed and as upgraded.
func everywhere(t *testing.T, check func(t *testing.T, objects []object)) {
	t.Helper()
	c := load(t)
	for name, text := range examples(t) {
		for when, options := range map[string]chartutil.ReleaseOptions{"install": install, "upgrade": upgrade} {
			t.Run(name+"/"+when, func(t *testing.T) {
				objects, err := render(t, c, values(t, text), options)
				require.NoError(t, err)
				require.Greater(t, len(objects), 15)
				check(t, objects)
			})
		}
	}
}

// of returns the objects of a kind, of which there must be some.
func of(t *testing.T, objects []object, kind string) []object {
	t.Helper()
	var found []object
	for _, o := range objects {
		if o.kind() == kind {
			found = append(found, o)
		}
	}
	require.NotEmpty(t, found, kind)
	return found
}
