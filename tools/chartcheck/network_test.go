package chartcheck

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	http     = 8080
	internal = 9090
	postgres = 5432
	names    = 53
	https    = 443
)

// places are our pods as rendered, and others around them.
func places(t *testing.T, objects []object, with map[string]place) map[string]place {
	t.Helper()
	all := map[string]place{
		"ingress":    {namespace: "ingress-nginx", labels: map[string]string{"app.kubernetes.io/name": "ingress-nginx"}},
		"gateways":   {namespace: "gateways", labels: map[string]string{"app": "envoy"}},
		"prometheus": {namespace: "monitoring", labels: map[string]string{"app.kubernetes.io/name": "prometheus"}},
		"grafana":    {namespace: "monitoring", labels: map[string]string{"app.kubernetes.io/name": "grafana"}},
		"dns":        {namespace: "kube-system", labels: map[string]string{"k8s-app": "kube-dns"}},
		"neighbour":  {namespace: ours, labels: map[string]string{"app.kubernetes.io/name": "gateway", "app.kubernetes.io/instance": "another"}},
		"stranger":   {namespace: "elsewhere", labels: map[string]string{"app.kubernetes.io/name": "gateway", "app.kubernetes.io/instance": release, "app.kubernetes.io/part-of": "w2w"}},
		"internet":   {address: "93.184.216.34"},
		"metadata":   {address: "169.254.169.254"},
		"lan":        {address: "10.1.2.3"},
	}
	maps.Copy(all, with)
	for _, p := range pods(t, objects) {
		name := strings.TrimSuffix(strings.TrimPrefix(p.of[strings.Index(p.of, "/")+1:], release+"-"), "-first")
		all[name] = place{namespace: ours, labels: p.Labels}
	}
	return all
}

// reachable lists the permitted connections of which our pods are an end, as "from -> to:port".
func reachable(t *testing.T, objects []object, with map[string]place) []string {
	t.Helper()
	n, all := networkOf(t, objects), places(t, objects, with)
	own := func(p place) bool {
		return p.namespace == ours && (p.labels["app.kubernetes.io/instance"] == release || p.labels["cnpg.io/cluster"] != "" || p.labels["cnpg.io/poolerName"] != "")
	}
	var found []string
	for from, a := range all {
		for to, b := range all {
			if from == to || !own(a) && !own(b) {
				continue
			}
			for _, port := range []int32{http, internal, postgres, names, https, 8000, 9187, 9127, 22} {
				if n.permits(a, b, port) {
					found = append(found, fmt.Sprintf("%s -> %s:%d", from, to, port))
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// inside are the connections that every installation has.
func inside(callers ...string) []string {
	all := []string{
		"gateway -> concessions:8080", "gateway -> lsu:8080",
		"concessions -> gateway:9090", "lsu -> gateway:9090",
		"prometheus -> gateway:9090", "prometheus -> concessions:9090", "prometheus -> lsu:9090",
		"gateway -> dns:53", "concessions -> dns:53", "lsu -> dns:53", "migrate -> dns:53",
		"gateway -> internet:443",
		"doctor -> dns:53", "doctor -> gateway:8080", "doctor -> gateway:9090", "doctor -> concessions:9090", "doctor -> lsu:9090",
	}
	for _, c := range callers {
		all = append(all, c+" -> gateway:8080")
	}
	return all
}

func sorted(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return all
}

// TestWhoReachesWhomInARegion wants these connections and no other of all that the places could have.
func TestWhoReachesWhomInARegion(t *testing.T) {
	objects, err := render(t, load(t), values(t, examples(t)["region"]), install)
	require.NoError(t, err)
	got := reachable(t, objects, map[string]place{"postgres": {address: "10.20.30.40"}})
	require.Equal(t, sorted(inside("ingress"), []string{
		"gateway -> postgres:5432", "concessions -> postgres:5432", "lsu -> postgres:5432", "migrate -> postgres:5432", "doctor -> postgres:5432",
	}), got)
}

// TestWhoReachesWhomInTheNation has the database inside.
func TestWhoReachesWhomInTheNation(t *testing.T) {
	objects, err := render(t, load(t), values(t, examples(t)["nation"]), install)
	require.NoError(t, err)
	got := reachable(t, objects, map[string]place{
		"db":       {namespace: ours, labels: map[string]string{"cnpg.io/cluster": "w2w-db"}},
		"standby":  {namespace: ours, labels: map[string]string{"cnpg.io/cluster": "w2w-db", "cnpg.io/instanceRole": "replica"}},
		"pooler":   {namespace: ours, labels: map[string]string{"cnpg.io/poolerName": "w2w-db-pooler"}},
		"operator": {namespace: "cnpg-system", labels: map[string]string{"app.kubernetes.io/name": "cloudnative-pg"}},
	})
	var want []string
	for _, db := range []string{"db", "standby"} {
		for _, from := range []string{"gateway", "concessions", "lsu", "migrate", "doctor", "pooler"} {
			want = append(want, from+" -> "+db+":5432")
		}
		want = append(want, "operator -> "+db+":5432", "operator -> "+db+":8000", "prometheus -> "+db+":9187")
	}
	for _, from := range []string{"gateway", "concessions", "lsu", "migrate", "doctor"} {
		want = append(want, from+" -> pooler:5432")
	}
	want = append(want, "db -> standby:5432", "db -> standby:8000", "standby -> db:5432", "standby -> db:8000", "prometheus -> pooler:9127")
	// The database's own way out is not the chart's to close: its operator, backups and DNS are the cluster's.
	require.Equal(t, sorted(inside("gateways"), want), slices.DeleteFunc(got, leavesTheDatabase))
}

func leavesTheDatabase(connection string) bool {
	from, to, _ := strings.Cut(connection, " -> ")
	to, _, _ = strings.Cut(to, ":")
	return slices.Contains([]string{"db", "standby", "pooler"}, from) && !slices.Contains([]string{"db", "standby"}, to)
}

// TestWhoReachesWhomOnALaptop has the test, which knows the gateway alone.
func TestWhoReachesWhomOnALaptop(t *testing.T) {
	objects, err := render(t, load(t), values(t, examples(t)["laptop"]), install)
	require.NoError(t, err)
	var smoke []string
	for _, c := range reachable(t, objects, nil) {
		if strings.Contains(c, "smoke") {
			smoke = append(smoke, c)
		}
	}
	require.Equal(t, []string{"smoke -> dns:53", "smoke -> gateway:8080"}, smoke)
}

// TestEveryPodIsUnderAPolicy: a pod without the labels that the policies select would be free.
func TestEveryPodIsUnderAPolicy(t *testing.T) {
	everywhere(t, func(t *testing.T, objects []object) {
		n := networkOf(t, objects)
		anywhere := place{address: "10.200.0.1"}
		for _, p := range pods(t, objects) {
			own := place{namespace: ours, labels: p.Labels}
			require.False(t, n.permits(own, anywhere, 22) || n.permits(anywhere, own, 22), p.of)
		}
	})
}
