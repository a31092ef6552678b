package chartcheck

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
)

// TestLint is helm lint --strict with each example.
func TestLint(t *testing.T) {
	version, err := chartutil.ParseKubeVersion(kubernetes)
	require.NoError(t, err)
	for name, text := range examples(t) {
		linter := lint.AllWithKubeVersion(chartDir, values(t, text), ours, version)
		for _, m := range linter.Messages {
			if m.Severity >= support.WarningSev {
				t.Errorf("%s: %v", name, m)
			}
		}
	}
}

// TestThePackageHasTheRules packs the chart and wants the rules and dashboards of deploy/ in it, byte for byte, and
// nothing else of that folder.
func TestThePackageHasTheRules(t *testing.T) {
	archive, err := chartutil.Save(load(t), t.TempDir())
	require.NoError(t, err)
	packed, err := loader.LoadFile(archive)
	require.NoError(t, err)
	want := map[string][]byte{}
	for _, pattern := range []string{"rules/*.yaml", "dashboards/*.json"} {
		files, err := filepath.Glob(filepath.Join(root, "deploy", pattern))
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.yaml") {
				continue
			}
			inside, err := filepath.Rel(root, f)
			require.NoError(t, err)
			want[inside], err = os.ReadFile(f)
			require.NoError(t, err)
		}
	}
	require.NotEmpty(t, want)
	for _, f := range packed.Files {
		if strings.HasPrefix(f.Name, "deploy/") {
			require.True(t, bytes.Equal(want[f.Name], f.Data), f.Name)
			delete(want, f.Name)
		}
	}
	require.Empty(t, want)
}

// TestRulesAndDashboardsArrive wants every alert in the cluster as it stands in deploy/rules.
func TestRulesAndDashboardsArrive(t *testing.T) {
	objects, err := render(t, load(t), values(t, examples(t)["region"]), install)
	require.NoError(t, err)
	files, err := filepath.Glob(root + "/deploy/rules/*.yaml")
	require.NoError(t, err)
	rules := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.yaml") {
			continue
		}
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		name := release + "-" + strings.ReplaceAll(strings.TrimSuffix(filepath.Base(f), ".yaml"), "_", "-")
		for _, o := range of(t, objects, "PrometheusRule") {
			if o.name() == name {
				require.Equal(t, values(t, string(text)), o["spec"], f)
				rules++
			}
		}
	}
	require.Equal(t, len(of(t, objects, "PrometheusRule")), rules)
	dashboards, err := filepath.Glob(root + "/deploy/dashboards/*.json")
	require.NoError(t, err)
	arrived := 0
	for _, o := range objects {
		if o.kind() == "ConfigMap" {
			arrived++
		}
	}
	require.Equal(t, len(dashboards), arrived)
}
