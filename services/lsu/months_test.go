package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMonthsExistByConventions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.convention("19", plain)
	h.closed("18", "2010-01", "2010-02-11")
	h.office("18").moves("18", "2010-02", "SUBMIT", "2010-03-01")
	region, ministry := h.as("18", "office"), h.as("*", "ministry")
	listed := func(c caller, query string) []any {
		return c.send(http.MethodGet, "/months"+query, nil).json(t)["items"].([]any)
	}
	require.Len(t, listed(ministry, ""), 24)
	require.Len(t, listed(region, ""), 12)
	require.Len(t, listed(region, "?region=19"), 0)
	require.Len(t, listed(ministry, "?year=2011"), 0)
	require.Len(t, listed(ministry, "?region=18&state=OPEN"), 10)
	require.Equal(t, []any{"19", "2010-01", "OPEN", "2010-02-10", true, 1.0, nil},
		of(listed(ministry, "?region=19")[0].(object), "region", "month", "state", "closes_on", "overdue", "version", "content_sha256"))
	require.Equal(t, []any{region.month("18", "2010-02")}, listed(ministry, "?state=SUBMITTED"))

	a := region.send(http.MethodGet, monthPath("18", "2010-02"), nil)
	require.Equal(t, `"2"`, a.header.Get("ETag"))
	same := func(c caller, path string) answer { return c.send(http.MethodGet, path, nil, "X-Request-Id", "same") }
	for _, rest := range []string{"", "/transitions"} {
		missing := same(region, monthPath("18", "2011-01")+rest)
		require.Equal(t, http.StatusNotFound, missing.status)
		for _, path := range []string{monthPath("18", "2009-12"), monthPath("19", "2010-01"), monthPath("03", "2010-01")} {
			require.Equal(t, string(missing.raw), string(same(region, path+rest).raw), path)
		}
	}
	require.Equal(t, http.StatusForbidden, h.as("18", "x", "months:submit").send(http.MethodGet, "/months", nil).status)
}

// TestMonthsThatMayNotMove sends every bad input of a transition; each is refused, and the month stays as it was.
func TestMonthsThatMayNotMove(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 2)
	h.closed("18", "2010-01", "2010-02-11")
	office, validator := h.office("18"), h.validator("18")
	for _, month := range []string{"2010-02", "2010-03"} {
		office.moves("18", month, "SUBMIT", "2010-04-11")
	}
	before := h.as("*", "ministry").send(http.MethodGet, "/months", nil).raw
	for name, x := range map[string]struct {
		c                    caller
		month, etag, on      string
		event                any
		status               int
		code, guard, pointer any
	}{
		"no If-Match":               {validator, "2010-02", "", "2010-04-11", "CLOSE", 428, "etag-missing", nil, "header:If-Match"},
		"a stale ETag":              {validator, "2010-02", `"1"`, "2010-04-11", "CLOSE", 412, "etag-stale", nil, "header:If-Match"},
		"before the month before":   {validator, "2010-03", `"2"`, "2010-04-11", "CLOSE", 409, "state-conflict", "MONTH_BEFORE_NOT_CLOSED", nil},
		"twice":                     {validator, "2010-01", `"3"`, "2010-04-11", "CLOSE", 409, "state-conflict", nil, nil},
		"reopening":                 {validator, "2010-01", `"3"`, "2010-04-11", "RETURN", 409, "state-conflict", nil, nil},
		"who submitted":             {office, "2010-02", `"2"`, "2010-04-11", "CLOSE", 403, "same-actor", nil, nil},
		"what is open":              {validator, "2010-04", `"1"`, "2010-05-11", "CLOSE", 409, "state-conflict", nil, nil},
		"a month that is not over":  {office, "2010-04", `"1"`, "2010-04-30", "SUBMIT", 409, "state-conflict", "MONTH_NOT_OVER", nil},
		"without convention":        {office, "2011-01", `"1"`, "2011-02-11", "SUBMIT", 409, "state-conflict", "NO_CONVENTION", nil},
		"a month before the pool":   {office, "2009-12", `"1"`, "2010-02-11", "SUBMIT", 404, "not-found", nil, nil},
		"another's":                 {h.office("19"), "2010-04", `"1"`, "2010-05-11", "SUBMIT", 404, "not-found", nil, nil},
		"on a day to come":          {office, "2010-04", `"1"`, "2099-05-11", "SUBMIT", 422, "rule-violated", nil, "/acted_on"},
		"on another day than today": {h.as("18", "office"), "2010-04", `"1"`, "2010-05-11", "SUBMIT", 403, "scope-missing", nil, "/acted_on"},
		"before it was submitted":   {validator, "2010-02", `"2"`, "2010-04-10", "CLOSE", 409, "state-conflict", "BEFORE_SUBMISSION", nil},
		"without the role":          {h.as("18", "x", "pool:read", "months:submit", "acts:backdate"), "2010-02", `"2"`, "2010-04-11", "CLOSE", 403, "scope-missing", nil, nil},
		"an event that is none":     {validator, "2010-02", `"2"`, "2010-04-11", "REOPEN", 422, "schema-invalid", nil, "/event"},
	} {
		a := x.c.send(http.MethodPost, monthPath("18", x.month)+"/transitions", object{"event": x.event, "acted_on": x.on, "reason": "x"}, "If-Match", x.etag)
		require.Equal(t, []any{x.status, x.code, x.guard}, a.problem(h), "%s: %s", name, a.raw)
		if x.pointer != nil {
			require.Equal(t, []any{x.pointer}, a.pointers(h), name)
		}
	}
	mute := validator.send(http.MethodPost, monthPath("18", "2010-02")+"/transitions", object{"event": "RETURN", "acted_on": "2010-04-11"}, "If-Match", `"2"`)
	require.Equal(t, []any{422, []any{"/reason"}}, []any{mute.status, mute.pointers(h)})
	require.Equal(t, string(before), string(h.as("*", "ministry").send(http.MethodGet, "/months", nil).raw))
	require.Equal(t, 3, one[int](h, "select count(*)::int from months"), "a refusal leaves no row")
	for _, month := range []string{"2010-02", "2010-03"} {
		validator.moves("18", month, "CLOSE", "2010-04-11") // what was submitted before the month before was closed says the same
	}
}

func TestAMonthIsClosedAfterItsClosingDate(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-01")
	early := h.validator("18").move("18", "2010-01", "CLOSE", "2010-02-10")
	require.Equal(t, []any{http.StatusConflict, "state-conflict", "CLOSING_DATE_NOT_PASSED"}, early.problem(h))
	require.Equal(t, "2010-02-11", early.json(t)["not_before"])
	require.Equal(t, "CLOSED", h.validator("18").moves("18", "2010-01", "CLOSE", "2010-02-11")["state"])
}

func TestFiguresThatChangedGoBackToTheOffice(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 2)
	office, validator := h.office("18"), h.validator("18")
	first := office.moves("18", "2010-01", "SUBMIT", "2010-02-01")
	h.suspend("18", 0, "2010-01-15", "2010-02-05")
	changed := validator.move("18", "2010-01", "CLOSE", "2010-02-11")
	require.Equal(t, []any{http.StatusConflict, "state-conflict", "FIGURES_CHANGED"}, changed.problem(h))
	require.Equal(t, []any{"FIGURES_CHANGED"}, validator.lacks("18", "2010-01", "2010-02-11")["CLOSE"])
	back := validator.moves("18", "2010-01", "RETURN", "2010-02-11")
	require.Equal(t, []any{"OPEN", 3.0, nil, nil, nil}, of(back, "state", "version", "submitted_on", "submitted_by", "content_sha256"))
	second := office.moves("18", "2010-01", "SUBMIT", "2010-02-11")
	require.NotEqual(t, first["content_sha256"], second["content_sha256"])
	require.Equal(t, second["content_sha256"], validator.moves("18", "2010-01", "CLOSE", "2010-02-11")["content_sha256"])
	steps := office.send(http.MethodGet, monthPath("18", "2010-01")+"/transitions", nil).json(t)["items"].([]any)
	require.Len(t, steps, 4)
	require.Equal(t, []any{"RETURN", "Dati incompleti."}, of(steps[1].(object), "event", "reason"))
}

// lacks says of every event that may follow what keeps the caller from it.
func (c caller) lacks(region, month, on string) map[string][]any {
	c.h.t.Helper()
	out := map[string][]any{}
	for _, x := range c.send(http.MethodGet, monthPath(region, month)+"/transitions?acted_on="+on, nil).json(c.h.t)["allowed"].([]any) {
		event, codes := x.(object), []any{}
		for _, m := range event["missing"].([]any) {
			codes = append(codes, m.(object)["code"])
		}
		require.Equal(c.h.t, len(codes) == 0, event["allowed"])
		out[event["event"].(string)] = codes
	}
	return out
}

func TestWhatIsMissingIsToldToTheCaller(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", 2*asu-1)
	h.enrol("18", 2)
	office, validator := h.office("18"), h.validator("18")
	require.Equal(t, map[string][]any{"SUBMIT": {"MONTH_NOT_OVER"}}, office.lacks("18", "2010-01", "2010-01-31"))
	require.Equal(t, map[string][]any{"SUBMIT": {"SCOPE"}}, h.as("18", "reader", "pool:read").lacks("18", "2010-01", "2010-02-01"))
	office.moves("18", "2010-01", "SUBMIT", "2010-02-01")
	require.Equal(t, map[string][]any{"RETURN": {}, "CLOSE": {"SAME_ACTOR", "CLOSING_DATE_NOT_PASSED", "NO_FUNDS"}}, office.lacks("18", "2010-01", "2010-02-10"))
	require.Equal(t, map[string][]any{"RETURN": {}, "CLOSE": {"NO_FUNDS"}}, validator.lacks("18", "2010-01", "2010-02-11"))
	none := validator.move("18", "2010-01", "CLOSE", "2010-02-11")
	require.Equal(t, []any{http.StatusConflict, "no-funds", nil}, none.problem(h))
	require.Equal(t, 1.0, none.json(t)["missing_cents"])
	require.Equal(t, []any{"SUBMITTED", 2.0}, of(office.month("18", "2010-01"), "state", "version"))
	require.Zero(t, one[int](h, "select count(*)::int from reports"))
}

// The money of a convention stands in the report: more of it is a figure that changed since the month was submitted.
func TestASupplementLetsAMonthBeSubmittedAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.convention("18", 2*asu-1)
	h.enrol("18", 2)
	office, validator := h.office("18"), h.validator("18")
	office.moves("18", "2010-01", "SUBMIT", "2010-02-11")
	h.as("*", "ministry", loader...).post("/conventions/"+id+"/supplements", object{"cents": 1, "act": "Addendum", "effective_on": "2010-02-11"})
	require.Equal(t, []any{"FIGURES_CHANGED"}, validator.lacks("18", "2010-01", "2010-02-11")["CLOSE"])
	validator.moves("18", "2010-01", "RETURN", "2010-02-11")
	office.moves("18", "2010-01", "SUBMIT", "2010-02-11")
	require.Empty(t, validator.lacks("18", "2010-01", "2010-02-11")["CLOSE"])
	validator.moves("18", "2010-01", "CLOSE", "2010-02-11")
	require.Equal(t, []string{"convention.recorded", "convention.changed", "convention.threshold"}, h.kinds("convention."))
	require.Equal(t, []any{100.0, true, 0.0}, of(office.send(http.MethodGet, "/conventions/"+id, nil).json(t), "used_percent", "over_threshold", "residual_cents"))
}
