package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// agreement is a convention to record; change may spoil it.
func agreement(change func(o object)) object {
	o := object{"region": "18", "year": 2010, "funds_cents": 1000, "legal_ref": "Convenzione 2010", "signed_on": "2010-01-01"}
	if change != nil {
		change(o)
	}
	return o
}

func TestAConventionIsAnAccountOfTheLedger(t *testing.T) {
	t.Parallel()
	h := open(t)
	ministry, region := h.as("*", "ministry", loader...), h.as("18", "office")
	a := ministry.send(http.MethodPost, "/conventions", agreement(nil))
	require.Equal(t, http.StatusCreated, a.status, string(a.raw))
	made := a.json(t)
	path := "/conventions/" + made["id"].(string)
	require.Equal(t, base+path, a.header.Get("Location"))
	require.Equal(t, []any{"18", 2010.0, "2010-01-01", 1000.0, 0.0, 1000.0, 0.0, 90.0, false},
		of(made, "region", "year", "signed_on", "funds_cents", "committed_cents", "residual_cents", "used_percent", "threshold_percent", "over_threshold"))
	require.Equal(t, made, region.send(http.MethodGet, path, nil).json(t))

	more := ministry.post(path+"/supplements", object{"cents": 500, "act": "Addendum 1/2010", "effective_on": "2010-03-01"})
	require.Equal(t, []any{1500.0, 1500.0}, of(more, "funds_cents", "residual_cents"))
	less := ministry.post(path+"/reductions", object{"cents": 300, "act": "DD 2/2010", "effective_on": "2010-06-01"})
	require.Equal(t, []any{1200.0, 1200.0}, of(less, "funds_cents", "residual_cents"))
	for query, funds := range map[string]float64{"": 1200, "?effective_on=2010-05-31": 1500, "?effective_on=2010-02-28": 1000, "?effective_on=2009-12-31": 0,
		"?recorded_at=2011-01-01T00:00:00Z": 0} {
		require.Equal(t, funds, region.send(http.MethodGet, path+query, nil).json(t)["funds_cents"], query)
	}
	first := region.send(http.MethodGet, path+"/movements?limit=2", nil).json(t)
	kinds := []any{}
	for _, m := range first["items"].([]any) {
		kinds = append(kinds, of(m.(object), "kind", "cents", "act", "effective_on")...)
	}
	require.Equal(t, []any{"WITHDRAW", 300.0, "DD 2/2010", "2010-06-01", "ASSIGN", 500.0, "Addendum 1/2010", "2010-03-01"}, kinds)
	rest := region.send(http.MethodGet, path+"/movements?cursor="+first["next_cursor"].(string), nil).json(t)
	require.Equal(t, []any{1, ""}, []any{len(rest["items"].([]any)), rest["next_cursor"]})
	require.Equal(t, []string{"convention.recorded", "convention.changed", "convention.changed"}, h.kinds(""))
	for action, n := range map[string]int{"convention.record": 1, "convention.SUPPLEMENT": 1, "convention.REDUCTION": 1} {
		require.Equal(t, n, h.Audited(action, "convention/"+made["id"].(string)), action)
	}
}

func TestConventionsAreSeenByTheirRegion(t *testing.T) {
	t.Parallel()
	h := open(t)
	ministry := h.as("*", "ministry")
	for _, x := range []func(o object){nil, with("region", "19"), with("year", 2011)} {
		ministry.post("/conventions", agreement(x))
	}
	listed := func(c caller, query string) []any {
		out := []any{}
		a := c.send(http.MethodGet, "/conventions"+query, nil)
		require.Equal(t, http.StatusOK, a.status, string(a.raw))
		for _, x := range a.json(t)["items"].([]any) {
			require.Equal(t, 1000.0, x.(object)["residual_cents"])
			out = append(out, of(x.(object), "region", "year")...)
		}
		return out
	}
	require.Equal(t, []any{"18", 2011.0, "19", 2010.0, "18", 2010.0}, listed(ministry, ""))
	require.Equal(t, []any{"18", 2011.0, "18", 2010.0}, listed(h.as("18", "office"), ""))
	require.Equal(t, []any{"19", 2010.0}, listed(ministry, "?region=19"))
	require.Equal(t, []any{"18", 2011.0}, listed(ministry, "?year=2011"))
	require.Empty(t, listed(h.as("18", "office"), "?region=19"))
	page := ministry.send(http.MethodGet, "/conventions?limit=2", nil).json(t)
	require.Len(t, ministry.send(http.MethodGet, "/conventions?cursor="+page["next_cursor"].(string), nil).json(t)["items"], 1)

	own := one[string](h, "select id::text from conventions where administration = '18' and year = 2010")
	for _, rest := range []string{"", "/movements"} {
		foreign := h.as("19", "stranger").send(http.MethodGet, "/conventions/"+own+rest, nil, "X-Request-Id", "same")
		missing := h.as("19", "stranger").send(http.MethodGet, "/conventions/018f0000-0000-7000-8000-000000000000"+rest, nil, "X-Request-Id", "same")
		require.Equal(t, http.StatusNotFound, foreign.status)
		require.Equal(t, string(missing.raw), string(foreign.raw))
	}
	for _, act := range []string{"/supplements", "/reductions"} {
		require.Equal(t, http.StatusNotFound, h.as("19", "stranger").send(http.MethodPost, "/conventions/"+own+act, object{"cents": 1, "act": "x"}).status)
	}
	require.Equal(t, http.StatusForbidden, h.as("18", "portal", "plafonds:read").send(http.MethodGet, "/conventions", nil).status)
	require.Equal(t, http.StatusForbidden, h.as("18", "portal", "pool:read").send(http.MethodGet, "/conventions/"+own+"/movements", nil).status)
	require.Equal(t, http.StatusForbidden, h.as("18", "portal", "pool:read").send(http.MethodPost, "/conventions", agreement(nil)).status)
}

func TestAConventionIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	h := open(t)
	for name, x := range map[string]struct {
		administration string
		change         func(o object)
		pointer        string
	}{
		"a Region without a pool":    {"*", with("region", "03"), "/region"},
		"no Region":                  {"*", with("region", "99"), "/region"},
		"another's":                  {"19", nil, "/region"},
		"a year before the pool":     {"*", with("year", 2009), "/year"},
		"no funds":                   {"*", with("funds_cents", 0), "/funds_cents"},
		"half a cent":                {"*", with("funds_cents", 0.5), "/funds_cents"},
		"more than a State has":      {"*", with("funds_cents", 10_000_000_000_001), "/funds_cents"},
		"no source":                  {"*", with("legal_ref", " "), "/legal_ref"},
		"signed on a day to come":    {"*", with("signed_on", "2099-01-01"), "/signed_on"},
		"signed on a day without it": {"*", with("signed_on", "2010-02-30"), "/signed_on"},
	} {
		a := h.as(x.administration, "ministry").send(http.MethodPost, "/conventions", agreement(x.change))
		require.Contains(t, []int{http.StatusUnprocessableEntity, http.StatusBadRequest}, a.status, "%s: %s", name, a.raw)
		require.Contains(t, a.pointers(h), x.pointer, name)
	}
	require.Zero(t, one[int](h, "select count(*)::int from plafond_accounts"))
}

func TestOneConventionForARegionAndYear(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", 1000)
	again := h.as("*", "ministry").send(http.MethodPost, "/conventions", agreement(nil))
	require.Equal(t, []any{http.StatusConflict, "already-exists", nil}, again.problem(h))
	require.Equal(t, []any{"/year"}, again.pointers(h))
	require.Equal(t, 1000, one[int](h, "select assigned_cents::int from plafond_accounts"))
	once := func() answer {
		return h.as("*", "ministry").send(http.MethodPost, "/conventions", agreement(with("year", 2011)), "Idempotency-Key", "once")
	}
	first, second := once(), once()
	require.Equal(t, string(first.raw), string(second.raw))
	require.Equal(t, "true", second.header.Get("Idempotency-Replayed"))
}

func TestAnActOnAConventionIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.convention("18", 1000)
	loading, today := h.as("*", "ministry", loader...), h.as("*", "ministry")
	loading.post("/conventions/"+id+"/supplements", object{"cents": 1, "act": "x", "effective_on": "2010-03-01"})
	for name, x := range map[string]struct {
		c       caller
		path    string
		body    object
		want    []any
		pointer string
	}{
		"another day":        {today, "supplements", object{"cents": 1, "act": "x", "effective_on": "2010-03-01"}, []any{403, "scope-missing", nil}, "/effective_on"},
		"another day, less":  {today, "reductions", object{"cents": 1, "act": "x", "effective_on": "2010-03-01"}, []any{403, "scope-missing", nil}, "/effective_on"},
		"a day to come":      {loading, "supplements", object{"cents": 1, "act": "x", "effective_on": "2099-03-01"}, []any{422, "rule-violated", nil}, "/effective_on"},
		"before another act": {loading, "reductions", object{"cents": 1, "act": "x", "effective_on": "2010-02-01"}, []any{422, "rule-violated", nil}, "/effective_on"},
		"nothing":            {today, "supplements", object{"cents": 0, "act": "x"}, []any{422, "schema-invalid", nil}, "/cents"},
		"no act":             {today, "reductions", object{"cents": 1, "act": " "}, []any{422, "schema-invalid", nil}, "/act"},
	} {
		a := x.c.send(http.MethodPost, "/conventions/"+id+"/"+x.path, x.body)
		require.Equal(t, x.want[0], a.status, "%s: %s", name, a.raw)
		require.Equal(t, x.want[1], a.code(t), name)
		require.Equal(t, []any{x.pointer}, a.pointers(h), name)
	}
	over := today.send(http.MethodPost, "/conventions/"+id+"/reductions", object{"cents": 1002, "act": "x"})
	require.Equal(t, []any{http.StatusConflict, "no-funds", nil}, over.problem(h))
	require.Equal(t, []any{1001.0, 1.0}, of(over.json(t), "available_cents", "missing_cents"))
	require.Equal(t, 1001, one[int](h, "select available_cents::int from plafond_accounts"))
}
