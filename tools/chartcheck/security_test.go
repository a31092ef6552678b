package chartcheck

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// pod is a template of pods as rendered.
type pod struct {
	of string // Deployment/w2w-gateway
	corev1.PodTemplateSpec
}

func pods(t *testing.T, objects []object) []pod {
	t.Helper()
	var all []pod
	for _, o := range objects {
		switch o.kind() {
		case "Deployment":
			all = append(all, pod{o.String(), as[appsv1.Deployment](t, o).Spec.Template})
		case "Job":
			all = append(all, pod{o.String(), as[batchv1.Job](t, o).Spec.Template})
		case "CronJob":
			all = append(all, pod{o.String(), as[batchv1.CronJob](t, o).Spec.JobTemplate.Spec.Template})
		case "Pod":
			p := as[corev1.Pod](t, o)
			all = append(all, pod{o.String(), corev1.PodTemplateSpec{ObjectMeta: p.ObjectMeta, Spec: p.Spec}})
		case "StatefulSet", "DaemonSet", "ReplicaSet":
			t.Errorf("%s: this check does not know pods of that kind", o)
		}
	}
	require.GreaterOrEqual(t, len(all), 4)
	return all
}

func violations(t *testing.T, meta metav1.ObjectMeta, spec corev1.PodSpec) string {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	require.NoError(t, err)
	version, err := api.ParseVersion(kubernetes[:len("v1.33")])
	require.NoError(t, err)
	found := policy.AggregateCheckResults(evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: version}, &meta, &spec))
	if found.Allowed {
		return ""
	}
	return found.ForbiddenDetail()
}

// TestPodsAreRestricted evaluates Pod Security "restricted" as the API server would.
func TestPodsAreRestricted(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		for _, p := range pods(t, objects) {
			require.Empty(t, violations(t, p.ObjectMeta, p.Spec), p.of)
			broken := p.Spec.DeepCopy()
			broken.Containers[0].SecurityContext.Capabilities = nil
			require.Contains(t, violations(t, p.ObjectMeta, *broken), "capabilities", "the evaluation sees nothing")
		}
	})
}
