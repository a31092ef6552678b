package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit/apitest"
)

func TestPaymentsAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	h := open(t).payrolled()
	region, inps := h.as("18", "office"), h.as("*", "inps", "pool:read", "inps:exchange")
	for query, want := range map[string][]any{
		"":                {"P01", "P02", "P03", "P04", "P05", "P06", "P07", "P09"},
		"&region=19":      {},
		"&worker_ref=W05": {"P05", "P09"},
		"&worker_ref=W08": {},
		"&month=2010-01&worker_ref=W01&region=18": {"P01"},
		"&month=2010-02": {},
	} {
		require.ElementsMatch(t, want, eachOf(region.items("/payments?limit=200"+query), "payment_ref"), query)
	}
	all := inps.items("/payments")
	require.Len(t, all, 9, "INPS sees all Regions and states no purpose")
	require.Equal(t, all, inps.paged("/payments?limit=4"))
	back := region.items("/payments?worker_ref=W05&limit=200")
	require.Contains(t, eachOf(back, "paid_cents"), float64(-asu))
	require.Equal(t, []any{"18", h.workerID("W05"), "W05", "2010-01"}, of(back[0].(object), "region", "worker_id", "worker_ref", "month"))
	require.Len(t, apitest.Column(t, inps.Exported("/payments"), "payment_ref"), 9)
	raw := string(inps.send(http.MethodGet, "/payments", nil).raw)
	require.NotRegexp(t, service.Person(), raw, "it names nobody")
	require.Equal(t, http.StatusForbidden, h.as("18", "x", "people:read").send(http.MethodGet, "/payments", nil).status)
}

// rows are the figures of allowances.
func rows(items []any) (out [][]any) {
	for _, x := range items {
		out = append(out, of(x.(object), "worker_ref", "paid_days", "due_cents", "paid_cents", "difference_cents"))
	}
	return out
}

func TestAllowancesOfAMonth(t *testing.T) {
	t.Parallel()
	h := open(t).payrolled()
	region := h.as("18", "office")
	const path = "/regions/18/months/2010-01/allowances"
	full := func(ref string) []any { return []any{ref, 31.0, float64(asu), float64(asu), 0.0} }
	ill := []any{"W01", 10.0, float64(paidFor10), float64(paidFor10), 0.0}
	less := []any{"W03", 31.0, float64(asu), 50000.0, -3312.0}
	none := []any{"W05", 31.0, float64(asu), 0.0, float64(-asu)}
	left := []any{"W04", 10.0, float64(paidFor10), float64(asu), float64(asu - paidFor10)}
	for query, want := range map[string][][]any{
		"":                               {ill, full("W02"), less, full("W04"), none, full("W06"), full("W07")},
		"?view=AS_CLOSED&different=true": {less, none},
		"?view=AS_KNOWN":                 {ill, full("W02"), less, left, none, full("W06"), full("W07")},
		"?view=AS_KNOWN&different=true":  {less, left, none},
		"?view=AS_KNOWN&known_on=2010-03-19&different=true": {less, left},
		"?view=AS_KNOWN&known_on=2010-02-14&different=true": {
			{"W01", 10.0, float64(paidFor10), 0.0, float64(-paidFor10)}, unpaid("W02"), unpaid("W03"), unpaid("W04"), unpaid("W05"), unpaid("W06"), unpaid("W07")},
	} {
		require.Equal(t, want, rows(region.items(path+query)), query)
	}
	february := rows(region.items("/regions/18/months/2010-02/allowances?view=AS_KNOWN"))
	require.Equal(t, []any{"W01", 0.0, 0.0, 0.0, 0.0}, february[0], "who is suspended is in the pool")
	require.Len(t, february, 6, "who has left is not")
	require.Equal(t, h.workerID("W01"), region.items(path)[0].(object)["worker_id"])
	require.Equal(t, []string{"W03", "W05"}, apitest.Column(t, region.Exported(path+"?different=true"), "worker_ref"))
	require.Len(t, h.as("*", "inps", "pool:read").items(path), 7)
}

func unpaid(ref string) []any { return []any{ref, 31.0, float64(asu), 0.0, float64(-asu)} }

func TestAllowancesThatAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	region := h.as("18", "office")
	get := func(c caller, path string) answer {
		return c.send(http.MethodGet, "/regions/"+path, nil, "X-Request-Id", "same")
	}
	open := get(region, "18/months/2010-02/allowances")
	require.Equal(t, []any{http.StatusConflict, "state-conflict", "AS_KNOWN"}, []any{open.status, open.code(t), open.json(t)["view"]}, "not closed")
	absent := get(region, "18/months/2011-01/allowances")
	require.Equal(t, http.StatusNotFound, absent.status, "no convention")
	for _, path := range []string{"19/months/2010-01/allowances", "19/months/2010-02/allowances", "18/months/2009-12/allowances", "03/months/2010-01/allowances", "19/months/2010-01/allowances?view=AS_KNOWN"} {
		require.Equal(t, string(absent.raw), string(get(region, path).raw), path)
	}
	for _, query := range []string{"?known_on=2010-03-01", "?view=AS_KNOWN&known_on=2099-01-01", "?view=AS_KNOWN&known_on=2009-12-31"} {
		a := get(region, "18/months/2010-01/allowances"+query)
		require.Equal(t, []any{http.StatusUnprocessableEntity, []any{"query:known_on"}}, []any{a.status, a.pointers(h)}, query)
	}
	require.Equal(t, http.StatusForbidden, get(h.as("18", "x", "people:read"), "18/months/2010-01/allowances").status)
}

func TestDifferencesOfAYear(t *testing.T) {
	t.Parallel()
	h := open(t).payrolled()
	h.as("*", "ministry", loader...).accepted("/movement-intakes", []object{moved("M6", "W05", "SUSPEND", "2010-02-01", "2010-02-20", with("cause", "MATERNITA"))})
	h.closed("18", "2010-02", "2010-03-11")
	keys := func(items []any) (out [][]any) {
		for _, x := range items {
			out = append(out, of(x.(object), "region", "month", "worker_ref", "due_cents", "difference_cents"))
		}
		return out
	}
	due := func(region, month, ref string) []any { return []any{region, month, ref, float64(asu), float64(-asu)} }
	calabria := [][]any{{"18", "2010-01", "W03", float64(asu), -3312.0}, due("18", "2010-01", "W05"),
		due("18", "2010-02", "W02"), due("18", "2010-02", "W03"), due("18", "2010-02", "W06"), due("18", "2010-02", "W07")}
	sicilia := [][]any{{"19", "2010-01", "W08", float64(paidFor20), float64(asu - paidFor20)},
		due("19", "2010-01", "W09"), due("19", "2010-01", "W10"), due("19", "2010-01", "W11"), due("19", "2010-01", "W12")}
	ministry := h.ministry()
	require.Equal(t, append(append([][]any{}, calabria[:2]...), sicilia...), keys(ministry.items("/differences?year=2010")), "INPS has not reported February")
	require.Equal(t, append(append([][]any{}, calabria...), sicilia...), keys(ministry.items("/differences?year=2010&unreported=true")))
	require.Equal(t, calabria[:2], keys(h.as("18", "office").items("/differences?year=2010&unreported=false")))
	require.Equal(t, sicilia, keys(ministry.items("/differences?year=2010&region=19")))
	require.Empty(t, h.as("18", "office").items("/differences?year=2010&region=19"), "another Region's are left out")
	require.Empty(t, ministry.items("/differences?year=2011"), "no closed month")
	require.Len(t, apitest.Column(t, ministry.Exported("/differences?year=2010&unreported=true"), "worker_ref"), 11)
	require.Equal(t, http.StatusForbidden, h.as("18", "x", "people:read").send(http.MethodGet, "/differences?year=2010", nil).status)
	require.Equal(t, []any{"query:year"}, h.as("18", "office").send(http.MethodGet, "/differences", nil).pointers(h))
}

// TestAYearOfDifferencesThatIsLong is one of which INPS paid nothing: it is answered whole, but no table has so many rows.
func TestAYearOfDifferencesThatIsLong(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.enrol("18", 1)
	h.AsOwner(`insert into workers select gen_random_uuid(), administration, 'V' || n, person, decode(md5(n::text), 'hex'), gender, birth_date, pool_entity, pool_hours,
		in_pool_since, state, entity_ref, weekly_hours, last_on, exited_on, exit_cause, intake_id, intake_row, intake_line from workers, generate_series(1, 8399) n`)
	h.AsOwner(`insert into months (administration, month, state, version) select '18', m, 'CLOSED', 3 from generate_series(date '2010-01-01', '2010-12-01', '1 month') m`)
	h.AsOwner(`insert into reports select administration, month, month + 40, 1, '{}', '', '' from months`)
	long := h.as("18", "office").items("/differences?year=2010&unreported=true")
	require.Len(t, long, 8400*12)
	require.Equal(t, []any{"2010-01", "V1"}, of(long[0].(object), "month", "worker_ref"))
	require.Equal(t, []any{"2010-12", "V999"}, of(long[8400*12-2].(object), "month", "worker_ref"), "before who was enrolled first")
	table := h.as("18", "office").send(http.MethodGet, "/differences?year=2010&unreported=true", nil, "Accept", csvMedia)
	require.Equal(t, []any{http.StatusUnprocessableEntity, "rule-violated", 100000.0}, []any{table.status, table.code(t), table.json(t)["max_rows"]})
}
