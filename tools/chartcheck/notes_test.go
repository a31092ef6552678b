package chartcheck

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNotesNameTheSecrets wants each Secret and key that a pod asks for in what Helm prints after an installation.
func TestNotesNameTheSecrets(t *testing.T) {
	c := load(t)
	for name, text := range examples(t) {
		v := values(t, text)
		files, err := renderFiles(t, c, v, install)
		require.NoError(t, err)
		notes := files["w2w/templates/NOTES.txt"]
		require.Contains(t, notes, v["issuer"], name)
		objects, err := render(t, c, v, install)
		require.NoError(t, err)
		for _, p := range pods(t, objects) {
			for _, e := range p.Spec.Containers[0].Env {
				if from := e.ValueFrom; from != nil && from.SecretKeyRef.Name != release+"-db-app" { // its operator makes that one
					require.Regexp(t, `(?m)^  `+from.SecretKeyRef.Name+`: .*\b`+from.SecretKeyRef.Key+`\b`, notes, p.of)
				}
			}
			for _, volume := range p.Spec.Volumes {
				require.Contains(t, notes, "  "+volume.Secret.SecretName+": ", p.of)
			}
		}
	}
}

// TestMigrationsRunBesideTheOldVersion: before an upgrade, and before an installation unless the database comes with it.
func TestMigrationsRunBesideTheOldVersion(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		inside := false
		for _, o := range objects {
			inside = inside || o.kind() == "Cluster"
		}
		jobs := map[string]object{}
		for _, o := range of(t, objects, "Job") {
			jobs[o.name()] = o
		}
		first, ok := jobs["w2w-migrate-first"]
		require.Equal(t, inside && strings.HasSuffix(t.Name(), "/install"), ok)
		if ok {
			require.NotContains(t, first["metadata"], "annotations")
			require.NotContains(t, jobs, "w2w-migrate")
			return
		}
		annotations := jobs["w2w-migrate"]["metadata"].(map[string]any)["annotations"].(map[string]any)
		require.Equal(t, "pre-install,pre-upgrade", annotations["helm.sh/hook"])
	})
}
