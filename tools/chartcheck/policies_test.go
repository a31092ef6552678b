package chartcheck

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
)

var (
	secretName  = regexp.MustCompile(`PASSWORD|SECRET|TOKEN|DATABASE_URL`)
	secretValue = regexp.MustCompile(`://[^/@ ]+:[^/@ $][^/@ ]*@|-----BEGIN|eyJ`)
)

// TestContainers holds every container to the rules that the API server does not know.
func TestContainers(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		for _, p := range pods(t, objects) {
			require.Len(t, p.Spec.Containers, 1, p.of)
			require.Empty(t, p.Spec.InitContainers, p.of)
			requireQuiet(t, p)
			c := p.Spec.Containers[0]
			require.Equal(t, corev1.TerminationMessageFallbackToLogsOnError, c.TerminationMessagePolicy, "%s: the status must say why it ended", p.of)
			require.True(t, *c.SecurityContext.ReadOnlyRootFilesystem, p.of)
			_, tag, tagged := strings.Cut(c.Image[strings.LastIndex(c.Image, "/"):], ":")
			require.True(t, tagged && tag != "" && tag != "latest", "%s: %s", p.of, c.Image)
			for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
				require.False(t, c.Resources.Requests.Name(name, "").IsZero(), "%s requests no %s", p.of, name)
			}
			require.False(t, c.Resources.Limits.Memory().IsZero(), p.of)
			require.GreaterOrEqual(t, c.Resources.Limits.Memory().Cmp(*c.Resources.Requests.Memory()), 0, p.of)
			requireNoSecrets(t, p.of, c.Env)
		}
	})
}

// requireQuiet wants no token and no variables made from the names of Services.
func requireQuiet(t *testing.T, p pod) {
	t.Helper()
	require.NotNil(t, p.Spec.AutomountServiceAccountToken, p.of)
	require.False(t, *p.Spec.AutomountServiceAccountToken, p.of)
	require.NotNil(t, p.Spec.EnableServiceLinks, p.of)
	require.False(t, *p.Spec.EnableServiceLinks, p.of)
	require.False(t, p.Spec.HostNetwork || p.Spec.HostPID || p.Spec.HostIPC, p.of)
	seen := map[string]bool{}
	for _, v := range p.Spec.Volumes {
		require.False(t, seen[v.Name], "%s: volume %s twice", p.of, v.Name)
		seen[v.Name] = true
		require.NotNil(t, v.Secret, "%s: volume %s", p.of, v.Name)
		require.EqualValues(t, 0o440, *v.Secret.DefaultMode, p.of)
	}
	for _, m := range p.Spec.Containers[0].VolumeMounts {
		require.True(t, m.ReadOnly, "%s: %s", p.of, m.MountPath)
	}
}

// requireNoSecrets wants what is secret by reference; $(NAME) is one, of a variable that itself refers to a Secret.
func requireNoSecrets(t *testing.T, of string, env []corev1.EnvVar) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range env {
		require.False(t, seen[e.Name], "%s: %s twice", of, e.Name)
		seen[e.Name] = true
		if e.ValueFrom != nil {
			require.NotNil(t, e.ValueFrom.SecretKeyRef, "%s: %s", of, e.Name)
			require.Empty(t, e.Value)
			continue
		}
		require.False(t, secretValue.MatchString(e.Value), "%s: %s has a secret in it", of, e.Name)
		if secretName.MatchString(e.Name) {
			require.Contains(t, e.Value, ":$(DATABASE_PASSWORD)@", "%s: %s", of, e.Name)
			require.True(t, seen["DATABASE_PASSWORD"], "%s: defined after its use, it is not put in", of)
		}
	}
}

// TestNoSecretIsRendered: the chart refers to Secrets and makes none.
func TestNoSecretIsRendered(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		for _, o := range objects {
			require.NotEqual(t, "Secret", o.kind(), o.name())
		}
	})
}

// TestServicesEndInOrder wants time for the drain: unready, serving on, then calls under way, and 10 s at least for the
// work in the background; probes that see it; and never fewer pods than before in a rollout.
func TestServicesEndInOrder(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		for _, o := range of(t, objects, "Deployment") {
			d := as[appsv1.Deployment](t, o)
			c := d.Spec.Template.Spec.Containers[0]
			var drain time.Duration
			for _, e := range c.Env {
				if e.Name == "W2W_DRAIN_DELAY" {
					var err error
					drain, err = time.ParseDuration(e.Value)
					require.NoError(t, err)
				}
			}
			grace := time.Duration(*d.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second
			require.GreaterOrEqual(t, grace, drain+shutdown(t)+10*time.Second, o)
			unready := time.Duration(c.ReadinessProbe.PeriodSeconds*c.ReadinessProbe.FailureThreshold) * time.Second
			require.Greater(t, drain, unready, o)
			require.Equal(t, "/readyz", c.ReadinessProbe.HTTPGet.Path)
			require.Equal(t, "/healthz", c.LivenessProbe.HTTPGet.Path, "a database that is away is no reason to be killed")
			require.Equal(t, []string{"/service", "ready"}, c.StartupProbe.Exec.Command, "the pod's events say why it waits")
			waits := time.Duration(c.StartupProbe.PeriodSeconds*c.StartupProbe.FailureThreshold) * time.Second
			require.GreaterOrEqual(t, waits, time.Hour, "nor is one that is away for long")
			require.Zero(t, d.Spec.Strategy.RollingUpdate.MaxUnavailable.IntValue(), o)
			require.Equal(t, o.name(), d.Spec.Template.Spec.ServiceAccountName)
			require.Len(t, d.Spec.Template.Spec.TopologySpreadConstraints, 2)
		}
	})
}

// TestNodesCanBeDrained wants a budget where there is more than one pod, one that lets a pod go.
func TestNodesCanBeDrained(t *testing.T) {
	for _, name := range []string{"region", "nation"} {
		objects, err := render(t, load(t), values(t, examples(t)[name]), install)
		require.NoError(t, err)
		budgets := of(t, objects, "PodDisruptionBudget")
		require.Len(t, budgets, len(of(t, objects, "Deployment")))
		for _, o := range budgets {
			b := as[policyv1.PodDisruptionBudget](t, o)
			require.Nil(t, b.Spec.MinAvailable)
			require.Equal(t, 1, b.Spec.MaxUnavailable.IntValue(), o)
		}
	}
}

// TestJobsVerifyTheDatabaseAsServicesDo: by ca.pem of the owner's Secret, where it is there.
func TestJobsVerifyTheDatabaseAsServicesDo(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		jobs := 0
		for _, p := range pods(t, objects) {
			if p.Labels["app.kubernetes.io/component"] != "job" {
				continue
			}
			jobs++
			v := p.Spec.Volumes[0]
			require.Equal(t, release+"-owner", v.Secret.SecretName, p.of)
			require.Equal(t, []corev1.KeyToPath{{Key: "ca.pem", Path: "ca.pem"}}, v.Secret.Items, p.of)
			require.True(t, *v.Secret.Optional, "%s: the key may be missing", p.of)
			require.Contains(t, p.Spec.Containers[0].VolumeMounts, corev1.VolumeMount{Name: v.Name, MountPath: "/secrets", ReadOnly: true}, p.of)
		}
		require.Equal(t, 2, jobs)
	})
}
