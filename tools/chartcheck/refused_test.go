package chartcheck

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chartutil"
)

// refused are values on top of the region's that can't be used, with what the message must say: the key, and what is
// allowed there.
var refused = map[string][]string{
	"imgae: {}":                                                               {"/imgae", "the key is unknown", "image, issuer"},
	"image: {tag: latest}":                                                    {"/image/tag", "never latest: v1.2.3"},
	"image: {pullPolicy: Sometimes}":                                          {"/image/pullPolicy", "'IfNotPresent', 'Always', 'Never'"},
	"image: {repository: Registry/W2W}":                                       {"/image/repository", "registry.example/w2w"},
	"image: {repository: ''}":                                                 {"image.repository is missing", "registry.example/w2w"},
	"issuer: ''":                                                              {"issuer is missing", "https://"},
	"issuer: https://a.example/":                                              {"/issuer", "without a path or a slash at the end"},
	"issuer: {a: 1}":                                                          {"/issuer", "want string"},
	"services: {lsu: {replica: 3}}":                                           {"/services/lsu/replica'", "the key is unknown", "replicas"},
	"services: {lsu: {replicas: two}}":                                        {"/services/lsu/replicas", "got string, want integer"},
	"services: {lsu: {replicas: 0}}":                                          {"/services/lsu/replicas", "got 0, want 1"},
	"services: {lsu: {hpa: {cpu: 700}}}":                                      {"/services/lsu/hpa/cpu", "got 700, want 100"},
	"services: {lsu: {hpa: {enabled: true, min: 9, max: 3}}}":                 {"services.lsu.hpa.min is 9", "hpa.max, which is 3"},
	"services: {lsu: {pdb: {maxUnavailable: 0}}}":                             {"/services/lsu/pdb/maxUnavailable", "got 0, want 1"},
	"services: {lsu: {public: true}}":                                         {"exactly one has public: true", "gateway, lsu"},
	"services: {gateway: {public: false}}":                                    {"exactly one has public: true", "none has"},
	"services: {Uno: {}}":                                                     {"/services/Uno", "small letters"},
	"services: {new: {public: false, replicas: 1}}":                           {"/services/new", "missing properties", "'resources'"},
	"services: {lsu: {resources: {limits: {memory: lots}}}}":                  {"/services/lsu/resources/limits/memory", "64Mi"},
	"services: {lsu: {resources: {limits: {memory: null}}}}":                  {"/services/lsu/resources/limits", "memory"},
	"services: {lsu: {env: {PATH: /}}}":                                       {"/services/lsu/env/PATH", "begin with W2W_ or OTEL_"},
	"services: {lsu: {env: {W2W_LSU_X: 1}}}":                                  {"/services/lsu/env/W2W_LSU_X", "want string"},
	"services: {lsu: {env: {W2W_DATABASE_URL: a}}}":                           {"services.lsu.env.W2W_DATABASE_URL", "services.lsu.secret"},
	"services: {lsu: {env: {W2W_LSU_API_TOKEN: a}}}":                          {"services.lsu.env.W2W_LSU_API_TOKEN", "services.lsu.secret"},
	"services: {lsu: {env: {W2W_LSU_AT: 'x://u:p@h'}}}":                       {"services.lsu.env.W2W_LSU_AT", "services.lsu.secret"},
	"services: {lsu: {env: {OTEL_EXPORTER_OTLP_HEADERS: 'a=b'}}}":             {"services.lsu.env.OTEL_EXPORTER_OTLP_HEADERS", "services.lsu.secret"},
	"networkPolicy: {database: {to: []}}":                                     {"networkPolicy.database.to is missing", "ipBlock"},
	"networkPolicy: {database: {port: 99999}}":                                {"/networkPolicy/database/port", "got 99,999, want 65,535"},
	"networkPolicy: {callers: []}":                                            {"/networkPolicy/callers", "got 0, want 1"},
	"networkPolicy: {callers: [{}]}":                                          {"/networkPolicy/callers/0", "got 0, want 1"},
	"networkPolicy: {callers: [{pods: {}}]}":                                  {"/networkPolicy/callers/0/pods", "podSelector"},
	"rollout: {drainSeconds: 3}":                                              {"/rollout/drainSeconds", "got 3, want 5"},
	"rollout: {drainSeconds: 5s}":                                             {"/rollout/drainSeconds", "got string, want integer"},
	"rollout: {drainSeconds: 4}":                                              {"/rollout/drainSeconds", "got 4, want 5"},
	"ingress: {host: 'https://w2w.regione.example'}":                          {"/ingress/host", "without scheme, port and path"},
	"doctor: {schedule: daily}":                                               {"/doctor/schedule", "minute hour day month weekday"},
	"networkPolicy: {database: {to: [{ipBlock: {cidr: 10.0.0.5}}]}}":          {"/networkPolicy/database/to/0/ipBlock/cidr", "10.0.0.5/32"},
	"database: {cnpg: {walStorage: {size: much}}}":                            {"/database/cnpg/walStorage/size", "64Mi"},
	"ingress: {host: ''}":                                                     {"ingress.host is missing"},
	"gatewayAPI: {enabled: true}":                                             {"gatewayAPI.parents and gatewayAPI.hostnames are missing", "name: outside"},
	"database: {cnpg: {backup: {enabled: true}}}":                             {"database.cnpg.backup.objectStore is missing", "enable database.cnpg"},
	"database: {cnpg: {enabled: true, parameters: {fsync: 'off'}}}":           {"database.cnpg.parameters.fsync", "it is on"},
	"database: {cnpg: {enabled: true, parameters: {work_mem: 4}}}":            {"/database/cnpg/parameters/work_mem", "want string"},
	"database: {connections: 2}":                                              {"/database/connections", "got 2, want 4"},
	"database: {connections: 40}":                                             {"database.url.maxConnections allows 200 connections", "may open 525", "database.connections"},
	"database: {cnpg: {enabled: true, parameters: {max_connections: '100'}}}": {"database.cnpg.parameters.max_connections allows 100", "may open 135"},
	"database: {cnpg: {enabled: true, parameters: {max_connections: '130'}, pooler: {enabled: true}}}": {"database.cnpg.parameters.max_connections allows 130", "may open 135"},
	"database: {cnpg: {enabled: true, pooler: {enabled: true, maxClients: 60}}}":                       {"database.cnpg.pooler.maxClients allows 120", "may open 135"},
	"database: {cnpg: {enabled: true, pooler: {enabled: true, poolSize: 20}}}":                         {"database.cnpg.pooler.poolSize lets 40 connections of gateway through", "may open 50"},
	"database: {cnpg: {backup: {schedule: daily}}}":                                                    {"/database/cnpg/backup/schedule", "second minute hour"},
	"monitoring: {serviceMonitor: {enabled: yes please}}":                                              {"/monitoring/serviceMonitor/enabled", "want boolean"},
	"monitoring: {serviceMonitor: {interval: 30}}":                                                     {"/monitoring/serviceMonitor/interval", "want string"},
}

func TestBadValuesAreRefused(t *testing.T) {
	c := load(t)
	region := examples(t)["region"]
	for text, parts := range refused {
		t.Run(text, func(t *testing.T) {
			v := values(t, region)
			_, err := render(t, c, chartutil.CoalesceTables(values(t, text), v), install)
			require.Error(t, err)
			for _, part := range parts {
				require.ErrorContains(t, err, part)
			}
		})
	}
}

// TestAllFaultsAreToldAtOnce where the chart itself looks.
func TestAllFaultsAreToldAtOnce(t *testing.T) {
	_, err := render(t, load(t), nil, install)
	for _, key := range []string{"image.repository", "issuer", "networkPolicy.database.to"} {
		require.ErrorContains(t, err, key+" is missing")
	}
}

// TestTheSchemaKnowsTheValues wants the names that are listed as allowed to be those that are described, and every value
// of values.yaml among them.
func TestTheSchemaKnowsTheValues(t *testing.T) {
	text, err := os.ReadFile(chartDir + "/values.schema.json")
	require.NoError(t, err)
	var all schema
	require.NoError(t, json.Unmarshal(text, &all))
	closed := 0
	var visit func(at string, node any)
	visit = func(at string, node any) {
		n, ok := node.(schema)
		if !ok {
			return
		}
		if properties, ok := n["properties"].(schema); ok && n["type"] == "object" {
			_, names, _ := strings.Cut(n["additionalProperties"].(schema)["const"].(string), "allowed here are ")
			require.ElementsMatch(t, slices.Collect(maps.Keys(properties)), strings.Split(names, ", "), at)
			closed++
		}
		for key, value := range n {
			visit(at+"/"+key, value)
		}
	}
	visit("", all)
	require.Greater(t, closed, 20)
}

// TestAServiceIsOneBlock adds a service by values alone.
func TestAServiceIsOneBlock(t *testing.T) {
	v := chartutil.CoalesceTables(values(t, `services: {ads: {public: false, replicas: 2, personKeys: true, folders: {external: ''}, env: {},
		resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {memory: 128Mi}}, hpa: {enabled: false, min: 2, max: 4, cpu: 70},
		pdb: {enabled: true, maxUnavailable: 1}}}`), values(t, examples(t)["region"]))
	objects, err := render(t, load(t), v, install)
	require.NoError(t, err)
	for _, p := range pods(t, objects) {
		requireQuiet(t, p)
		env := map[string]string{}
		for _, e := range p.Spec.Containers[0].Env {
			env[e.Name] = e.Value
		}
		switch strings.TrimPrefix(p.of[strings.Index(p.of, "/")+1:], release+"-") {
		case "gateway":
			require.Equal(t, "ads=http://w2w-ads:8080,concessions=http://w2w-concessions:8080,lsu=http://w2w-lsu:8080", env["W2W_GATEWAY_ROUTES"])
			require.Contains(t, env["W2W_SPECS"], "/openapi/ads.v1.yaml")
		case "ads":
			require.Equal(t, "http://w2w-gateway:9090/internal/jwks.json", env["W2W_GATEWAY_KEYS_URL"])
			require.Equal(t, "/secrets", env["W2W_ADS_PERSON_KEYS"])
		case "doctor":
			require.Subset(t, p.Spec.Containers[0].Args, []string{"--ready=http://w2w-ads:9090", "--person-keys=/persons/ads"})
		case "migrate":
			require.Contains(t, env, "W2W_ADS_ROLE_PASSWORD")
		}
	}
	got := reachable(t, objects, nil)
	require.Subset(t, got, []string{"gateway -> ads:8080", "ads -> gateway:9090", "prometheus -> ads:9090"})
	require.NotContains(t, got, "concessions -> ads:8080")
	require.NotContains(t, got, "ads -> internet:443")
}
