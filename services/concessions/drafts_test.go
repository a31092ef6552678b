package concessions_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/clock"
)

// data is the body that corrects a draft; change may spoil it.
func data(ref string, change func(o object)) object {
	o := istanza(ref, nil)
	for _, other := range []string{"workers", "submit", "filed_on"} {
		delete(o, other)
	}
	if change != nil {
		change(o)
	}
	return o
}

func TestADraftIsCorrectedAndJudgedAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	path := c.draft("A1", worker(taxCode(1)), worker("RSSMRA85T10A562X"))
	require.Equal(t, `"1"`, c.version(path))
	short := data("A1", func(o object) { o["period_to"] = "2010-04-02" })
	require.Equal(t, "etag-missing", c.send(http.MethodPut, path, short).code(t))
	require.Equal(t, "etag-stale", c.send(http.MethodPut, path, short, "If-Match", `"2"`).code(t))
	require.Equal(t, `"1"`, c.version(path), "nothing has changed")

	corrected := c.send(http.MethodPut, path, short, "If-Match", `"1"`)
	require.Equal(t, http.StatusOK, corrected.status, string(corrected.raw))
	require.Equal(t, `"2"`, corrected.header.Get("ETag"))
	require.Equal(t, []string{"1 REJECTED hours_requested:HOURS_EXCEED", "2 REJECTED tax_code:CF_INVALID hours_requested:HOURS_EXCEED"}, verdicts(corrected.json(t)),
		"75 hours do not fit into two days")
	longer := c.send(http.MethodPut, path, data("A1bis", nil), "If-Match", `"2"`).json(t)
	require.Equal(t, []string{"1 ACCEPTED", "2 REJECTED tax_code:CF_INVALID"}, verdicts(longer))
	a := c.send(http.MethodGet, path, nil).json(t)
	require.Equal(t, []any{"BOZZA", "A1bis", 1.0, 1.0, 38052.0, "2010-04-05", 3.0},
		[]any{a["state"], a["application_ref"], a["accepted_workers"], a["rejected_workers"], a["estimate_cents"], a["filed_on"], a["version"]})
	require.Equal(t, 2, h.Audited("application.correct", "application/%"))
	rows := c.send(http.MethodGet, path+"/workers", nil).json(t)["items"].([]any)
	require.Equal(t, "RSSMRA85T10A562X", rows[1].(object)["tax_code"], "the list is as it was sent")
}

func TestACorrectionThatIsNone(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	c.draft("taken")
	path := c.draft("A1", worker(taxCode(1)))
	const absent = "018f0000-0000-7000-8000-000000000000"
	for name, x := range map[string]struct {
		change  func(o object)
		status  int
		pointer string
	}{
		"a reference that is taken": {func(o object) { o["application_ref"] = "taken" }, 409, "/application_ref"},
		"a field of the service":    {func(o object) { o["state"] = "DECRETATA" }, 400, "/state"},
		"a date of filing":          {func(o object) { o["filed_on"] = "2010-04-05" }, 400, "/filed_on"},
		"a period backwards":        {func(o object) { o["period_to"] = "2010-03-01" }, 422, "/period_to"},
		"no employer":               {func(o object) { delete(o, "employer") }, 422, "/employer"},
		"two employers":             {func(o object) { o["employer_id"] = absent }, 422, "/employer"},
		"an unknown employer":       {func(o object) { delete(o, "employer"); o["employer_id"] = absent }, 422, "/employer_id"},
		"an id that is none":        {func(o object) { o["previous_application_id"] = "7" }, 422, "/previous_application_id"},
	} {
		a := c.send(http.MethodPut, path, data("A1", x.change), "If-Match", `"1"`)
		require.Equal(t, x.status, a.status, "%s: %s", name, a.raw)
		require.Equal(t, []any{x.pointer}, pointers(t, a), name)
	}
	require.Equal(t, http.StatusForbidden, h.as("03", "reader", "applications:read").send(http.MethodPut, path, data("A1", nil), "If-Match", `"1"`).status)
	foreign := h.as("07", "stranger").send(http.MethodPut, path, data("A1", nil), "If-Match", `"1"`, "X-Request-Id", "same")
	missing := h.as("07", "stranger").send(http.MethodPut, "/applications/"+absent, data("A1", nil), "If-Match", `"1"`, "X-Request-Id", "same")
	require.Equal(t, http.StatusNotFound, foreign.status)
	require.Equal(t, string(missing.raw), string(foreign.raw))
	require.Equal(t, `"1"`, c.version(path), "nothing has changed")
}

func TestWhatIsFiledCanNotBeCorrected(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1", worker(taxCode(1)))
	c.post(path+"/transitions", object{"event": "PRESENTA"}, "If-Match", `"1"`)
	for name, a := range map[string]answer{
		"its data": c.send(http.MethodPut, path, data("A1", nil), "If-Match", `"2"`),
		"its list": c.upload(http.MethodPut, path, "text/csv", columns),
		"a row":    c.upload(http.MethodPost, path, "application/json", `{"items":[]}`),
		"less":     c.send(http.MethodDelete, path+"/workers/1", nil, "If-Match", `"2"`),
	} {
		require.Equal(t, http.StatusConflict, a.status, "%s: %s", name, a.raw)
		problem := a.json(t)
		require.Equal(t, []any{"state-conflict", "PRESENTATA", []any{"BOZZA"}}, []any{problem["code"], problem["state"], problem["allowed"]}, name)
	}
	require.Len(t, c.send(http.MethodGet, path+"/workers", nil).json(t)["items"], 1)
}

// TestFilingADraftDatesIt uses the declaration of availability, which was asked for until 17 July 2012.
func TestFilingADraftDatesIt(t *testing.T) {
	t.Parallel()
	h := open(t)
	office := h.as("03", "office")
	today := clock.Clock(time.Now).Today().Format(time.DateOnly)
	for name, x := range map[string]struct {
		filedOn string // of the draft, blank for today
		actedOn string
		by      caller
		filed   string
		row     string
	}{
		"on the day named, under its rules":      {"2010-04-05", "2012-07-17", office, "2012-07-17", "REJECTED"},
		"on the next, when the rule was gone":    {"2010-04-05", "2012-07-18", office, "2012-07-18", "ACCEPTED"},
		"the day that was announced stays":       {"2010-04-05", "", office, "2010-04-05", "REJECTED"},
		"but not for who may not load the past":  {"2010-04-05", "", h.as("03", "portal", "applications:file"), today, "ACCEPTED"},
		"today, when no day was ever told":       {"", "", office, today, "ACCEPTED"},
		"today, by who may not load the past":    {"", "", h.as("03", "portal", "applications:file"), today, "ACCEPTED"},
		"the past for a draft of today":          {"", "2011-01-10", office, "2011-01-10", "REJECTED"},
		"the day of the draft again, told twice": {"2010-04-05", "2010-04-05", office, "2010-04-05", "REJECTED"},
	} {
		made := office.post("/applications", istanza(name, func(o object) {
			o["submit"] = false
			o["workers"].([]object)[0]["did"] = false
			if o["filed_on"] = x.filedOn; x.filedOn == "" {
				delete(o, "filed_on")
			}
		}))
		path, move := "/applications/"+idOf(made), object{"event": "PRESENTA"}
		if x.actedOn != "" {
			move["acted_on"] = x.actedOn
		}
		filed := x.by.post(path+"/transitions", move, "If-Match", `"1"`)
		require.Equal(t, []any{"PRESENTATA", x.filed}, []any{filed["state"], filed["filed_on"]}, name)
		row := office.send(http.MethodGet, path+"/workers", nil).json(t)["items"].([]any)[0].(object)
		require.Equal(t, x.row, row["verdict"], name)
		step := office.send(http.MethodGet, path+"/transitions", nil).json(t)["items"].([]any)[1].(object)
		require.Equal(t, x.filed, step["acted_on"], name)
	}
	path := office.draft("too far", worker(taxCode(1)))
	refused := h.as("03", "portal", "applications:file").send(http.MethodPost, path+"/transitions", object{"event": "PRESENTA", "acted_on": "2010-04-05"}, "If-Match", `"1"`)
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Equal(t, []any{"/acted_on"}, pointers(t, refused))
}

func TestADraftWithoutWorkersIsNotFiled(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	path := c.draft("A1")
	refused := c.send(http.MethodPost, path+"/transitions", object{"event": "PRESENTA"}, "If-Match", `"1"`)
	require.Equal(t, []any{http.StatusConflict, "HAS_WORKERS"}, []any{refused.status, refused.json(t)["guard"]})
	none := c.send(http.MethodPost, "/applications", istanza("A2", func(o object) { o["workers"] = []object{} }))
	require.Equal(t, http.StatusConflict, none.status)
	c.post(path+"/workers", object{"items": []object{worker("wrong")}}, "If-Match", `"1"`)
	filed := c.post(path+"/transitions", object{"event": "PRESENTA"}, "If-Match", `"2"`)
	require.Equal(t, []any{"PRESENTATA", 1.0}, []any{filed["state"], filed["rejected_workers"]}, "a rejected row is data: it is filed")
}
