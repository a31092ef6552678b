package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
)

func TestWorkersAreListedByReference(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	region, ministry := h.as("18", "office"), h.ministry()
	for path, want := range map[string][]any{
		"/workers":                            {"W01", "W02", "W03", "W04", "W05", "W06", "W07"},
		"/workers?region=18&gender=F":         {"W02", "W04", "W06"},
		"/workers?region=19":                  {},
		"/workers?entity_ref=E18B":            {"W05", "W06", "W07"},
		"/workers?state=SOSPESO":              {"W01"},
		"/workers?state=USCITO&gender=F":      {"W04"},
		"/workers?state=ATTIVO&entity_ref=XX": {},
	} {
		require.Equal(t, want, eachOf(region.items(path), "worker_ref"), path)
	}
	all := []any{"W01", "W02", "W03", "W04", "W05", "W06", "W07", "W08", "W09", "W10", "W11", "W12"}
	require.Equal(t, all, eachOf(ministry.paged("/workers?limit=5&purpose=Verifica"), "worker_ref"))
	require.Equal(t, all[7:], eachOf(ministry.paged("/workers?limit=2&region=19&purpose=Verifica"), "worker_ref"))
	left := region.items("/workers?state=USCITO")[0].(object)
	require.Equal(t, []any{testkit.TaxCode(4), "Xawu", "Yoli", "F", "18", "E18A", "1999-01-06", 20.0, "USCITO", "2010-01-10", "PENSIONAMENTO"},
		of(left, "tax_code", "family_name", "given_name", "gender", "region", "entity_ref", "in_pool_since", "weekly_hours", "state", "exited_on", "exit_cause"))
	active := region.items("/workers")[2].(object)
	require.Equal(t, []any{30.0, "ATTIVO", nil, nil}, of(active, "weekly_hours", "state", "exited_on", "exit_cause"))

	require.Equal(t, http.StatusForbidden, h.as("18", "x", "pool:read").send(http.MethodGet, "/workers", nil).status)
	bad := region.send(http.MethodGet, "/workers?cursor=x", nil)
	require.Equal(t, []any{http.StatusBadRequest, []any{"query:cursor"}}, []any{bad.status, bad.pointers(h)})
	h.purposeless(ministry.send(http.MethodGet, "/workers?region=18", nil), "query:purpose")
	require.Equal(t, []int{15, 1}, []int{h.Audited("workers.list", "list/workers"), h.Audited("workers.list.refused", "list/workers")})
	require.Equal(t, "Verifica", one[string](h, "select distinct purpose from audit_records where action = 'workers.list' and client = 'ministry'"))
}

func TestAListOfWorkersIsATable(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	rows := h.as("18", "office").Exported("/workers?gender=F")
	require.Equal(t, []string{"W02", "W04", "W06"}, apitest.Column(t, rows, "worker_ref"))
	require.Equal(t, []string{"", "PENSIONAMENTO", ""}, apitest.Column(t, rows, "exit_cause"))
	require.Equal(t, testkit.TaxCode(2), apitest.Column(t, rows, "tax_code")[0])
	require.Equal(t, []int{2, 2}, []int{h.Audited("workers.list", "list/workers"), h.Audited("list.export", "list/workers")}, "pages and whole")
	refused := h.ministry().send(http.MethodGet, "/workers", nil, "Accept", csvMedia)
	h.purposeless(refused, "query:purpose")
	require.Len(t, h.ministry().Exported("/workers?purpose=Verifica"), 13)
}

func TestAWorkerIsFoundByTaxCode(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	find := func(c caller, body object) answer { return c.send(http.MethodPost, "/workers/searches", body) }
	found := find(h.as("18", "office"), object{"tax_code": testkit.TaxCode(4)})
	require.Equal(t, http.StatusOK, found.status, string(found.raw))
	require.Equal(t, []any{"W04"}, eachOf(found.json(t)["items"].([]any), "worker_ref"))
	for name, x := range map[string]struct {
		c    caller
		code string
	}{"another Region's": {h.as("19", "office"), testkit.TaxCode(4)}, "nobody's": {h.as("18", "office"), testkit.TaxCode(77)}, "no tax code": {h.as("18", "office"), "x"}} {
		require.Empty(t, find(x.c, object{"tax_code": x.code}).json(t)["items"], name)
	}
	h.purposeless(find(h.ministry(), object{"tax_code": testkit.TaxCode(4)}), "/purpose")
	seen := find(h.ministry(), object{"tax_code": testkit.TaxCode(4), "purpose": "Domanda di pensione"}).json(t)["items"].([]any)
	require.Equal(t, []any{"W04"}, eachOf(seen, "worker_ref"))
	require.Equal(t, http.StatusForbidden, find(h.as("18", "x", "pool:read"), object{"tax_code": "X"}).status)

	subject := one[string](h, "select 'worker/' || encode(tax_key, 'hex') from workers where worker_ref = 'W04'")
	require.Equal(t, []int{3, 1}, []int{h.Audited("workers.search", subject), h.Audited("workers.search.refused", subject)}, "who looked and who tried")
	require.Equal(t, 5, h.Audited("workers.search", "worker/%"))
	require.Zero(t, one[int](h, "select count(*) from audit_records where subject || detail::text || purpose like '%"+testkit.TaxCode(4)+"%'"))
}
