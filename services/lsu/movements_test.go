package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit/apitest"
)

func TestMovementsAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	region, ministry := h.as("18", "office"), h.ministry()
	for query, want := range map[string][]any{
		"":                           {"M5", "M2", "M1"},
		"&region=19":                 {},
		"&worker_ref=W01":            {"M1"},
		"&worker_ref=W08":            {},
		"&event=EXIT":                {"M5"},
		"&verdict=REJECTED":          {"M2"},
		"&verdict=UNREAD":            {},
		"&received_from=2010-01-16":  {"M5", "M2"},
		"&received_to=2010-01-16":    {"M2", "M1"},
		"&effective_from=2010-01-11": {"M2", "M1"},
		"&effective_to=2010-01-11":   {"M5", "M1"},
		"&event=EXIT&received_from=2010-01-22&received_to=2010-02-15&effective_from=2010-01-10&effective_to=2010-01-10&verdict=ACCEPTED&region=18": {"M5"},
	} {
		require.ElementsMatch(t, want, eachOf(region.items("/movements?limit=200"+query), "movement_ref"), query)
	}
	all := eachOf(ministry.items("/movements?limit=200&purpose=Verifica"), "movement_ref")
	require.ElementsMatch(t, []any{"M1", "M2", "M3", "M4", "M5"}, all)
	require.Equal(t, "M5", all[0], "newest first")
	require.Equal(t, all, eachOf(ministry.paged("/movements?limit=2&purpose=Verifica"), "movement_ref"))
	require.Equal(t, all, apitestColumn(t, ministry.Exported("/movements?purpose=Verifica"), "movement_ref"))

	late := region.items("/movements?event=EXIT")[0].(object)
	require.Equal(t, []any{"W04", "18", "2010-01-10", "2010-02-15", "PENSIONAMENTO", nil, nil, "ACCEPTED", []any{}, "2010-02", true},
		of(late, "worker_ref", "region", "effective_on", "received_on", "cause", "to_entity", "weekly_hours", "verdict", "codes", "month_learned", "late"))
	unknown := ministry.items("/movements?worker_ref=W99&purpose=Verifica")[0].(object)
	require.Equal(t, []any{"MLPS", "REJECTED", []any{"WORKER_UNKNOWN"}, nil, false}, of(unknown, "region", "verdict", "codes", "month_learned", "late"))
}

func apitestColumn(t *testing.T, rows [][]string, name string) (out []any) {
	t.Helper()
	for _, cell := range apitest.Column(t, rows, name) {
		out = append(out, cell)
	}
	return out
}

func TestWhoListsMovementsIsRecorded(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	h.as("18", "office").items("/movements")
	h.ministry().items("/movements?purpose=Verifica")
	h.purposeless(h.ministry().send(http.MethodGet, "/movements", nil), "query:purpose")
	require.Equal(t, []int{2, 1}, []int{h.Audited("movements.list", "list/movements"), h.Audited("movements.list.refused", "list/movements")})
	require.Equal(t, http.StatusForbidden, h.as("18", "x", "pool:read").send(http.MethodGet, "/movements", nil).status, "causes tell of health")
	bad := h.as("18", "office").send(http.MethodGet, "/movements?cursor=x", nil)
	require.Equal(t, []any{http.StatusBadRequest, []any{"query:cursor"}}, []any{bad.status, bad.pointers(h)})
}
