package lsu_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReportsThatAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	tomorrow := time.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	own, none, all := h.as("18", "reader", "pool:read"), h.as("18", "reader", "months:submit"), h.as("*", "ministry", "pool:read")
	for name, c := range map[string]struct {
		by     caller
		path   string
		status int
		code   string
		field  string
	}{
		"a month that is not closed":            {own, reportPath("18", "2010-03", ""), 409, "state-conflict", ""},
		"without the scope":                     {none, reportPath("18", "2010-02", ""), 403, "scope-missing", ""},
		"another Region's":                      {h.as("19", "reader", "pool:read"), reportPath("18", "2010-02", ""), 404, "not-found", ""},
		"another Region's, not closed":          {h.as("19", "reader", "pool:read"), reportPath("18", "2010-03", ""), 404, "not-found", ""},
		"another Region's, as known":            {h.as("19", "reader", "pool:read"), reportPath("18", "2010-02", "?view=AS_KNOWN"), 404, "not-found", ""},
		"no such Region":                        {all, reportPath("99", "2010-02", ""), 404, "not-found", ""},
		"no such Region, as known":              {all, reportPath("99", "2010-02", "?view=AS_KNOWN"), 404, "not-found", ""},
		"before the pool":                       {all, reportPath("18", "2009-12", ""), 404, "not-found", ""},
		"before the pool, as known":             {all, reportPath("18", "2009-12", "?view=AS_KNOWN"), 404, "not-found", ""},
		"before all years":                      {all, reportPath("18", "0000-01", "?view=AS_KNOWN"), 404, "not-found", ""},
		"a year without a convention":           {all, reportPath("18", "2011-01", ""), 404, "not-found", ""},
		"a year without a convention, as known": {all, reportPath("18", "2011-01", "?view=AS_KNOWN"), 404, "not-found", ""},
		"as known in the future":                {own, reportPath("18", "2010-02", "?view=AS_KNOWN&known_on="+tomorrow), 422, "rule-violated", "query:known_on"},
		"as known before the pool":              {own, reportPath("18", "2010-02", "?view=AS_KNOWN&known_on=1970-01-01"), 422, "rule-violated", "query:known_on"},
		"as known before the month":             {own, reportPath("18", "2010-02", "?view=AS_KNOWN&known_on=2010-01-31"), 422, "rule-violated", "query:known_on"},
		"as closed on a day":                    {own, reportPath("18", "2010-02", "?view=AS_CLOSED&known_on=2010-03-15"), 422, "rule-violated", "query:known_on"},
		"a day without a view":                  {own, reportPath("18", "2010-02", "?known_on=2010-03-15"), 422, "rule-violated", "query:known_on"},
		"no such view":                          {own, reportPath("18", "2010-02", "?view=AS_SEEN"), 400, "request-invalid", "query:view"},
		"figures in the future":                 {own, "/reports?year=2010&view=AS_KNOWN&known_on=" + tomorrow, 422, "rule-violated", "query:known_on"},
		"figures as closed on a day":            {own, "/reports?year=2010&known_on=2010-03-15", 422, "rule-violated", "query:known_on"},
		"figures of no year":                    {own, "/reports", 400, "request-invalid", "query:year"},
		"figures without the scope":             {none, "/reports?year=2010", 403, "scope-missing", ""},
		"corrections without the scope":         {none, "/corrections", 403, "scope-missing", ""},
		"corrections behind a strange cursor":   {own, "/corrections?cursor=AAAA", 400, "request-invalid", "query:cursor"},
	} {
		a := c.by.send(http.MethodGet, c.path, nil)
		require.Equal(t, []any{c.status, c.code}, []any{a.status, a.code(t)}, "%s: %s", name, a.raw)
		if c.field != "" {
			require.Equal(t, []any{c.field}, a.pointers(h), name)
		}
	}
	require.Equal(t, "AS_KNOWN", own.send(http.MethodGet, reportPath("18", "2010-03", ""), nil).json(t)["view"], "what to ask for instead")
	require.Equal(t, http.StatusNotAcceptable, own.send(http.MethodGet, reportPath("18", "2010-02", ""), nil, "Accept", "text/html").status)
}

func TestAnotherRegionsReportLooksLikeNone(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	by := h.as("19", "reader", "pool:read")
	for _, query := range []string{"", "?view=AS_KNOWN"} {
		foreign, absent := by.send(http.MethodGet, reportPath("18", "2010-02", query), nil), by.send(http.MethodGet, reportPath("17", "2010-02", query), nil)
		require.Equal(t, http.StatusNotFound, foreign.status)
		a, b := foreign.json(t), absent.json(t)
		require.NotEqual(t, a["instance"], b["instance"], "each answer has its number")
		delete(a, "instance")
		delete(b, "instance")
		require.Equal(t, b, a)
	}
}
