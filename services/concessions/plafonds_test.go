package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// act is an assignment or a withdrawal by the Ministry; change may spoil it.
func act(cents any, change func(o object)) object {
	o := object{"administration": "03", "year": 2010, "family": "CIG_DEROGA", "cents": cents, "act": "DI 2/2010"}
	if change != nil {
		change(o)
	}
	return o
}

func dated(o object, key string) object { o[key] = "2010-06-01"; return o }

// onePlafond is the only plafond that the caller sees.
func (c caller) onePlafond(query string) object {
	c.h.t.Helper()
	a := c.send(http.MethodGet, "/plafonds"+query, nil)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
	items := a.json(c.h.t)["items"].([]any)
	require.Len(c.h.t, items, 1)
	return items[0].(object)
}

func TestAPlafondShowsItsUseAndItsEnd(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 50000)
	id := h.granted("03", "A1", nil)
	c := h.as("03", "office")
	c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05", "act": "IMP 1"})
	whole := c.onePlafond("?effective_on=2010-05-05")
	require.Equal(t, []any{76.0, 90.0, false, "2010-06-03"}, []any{whole["used_percent"], whole["threshold_percent"], whole["over_threshold"], whole["exhausted_on"]})
	require.Contains(t, whole["projection_method"], "90 days")
	path := "/plafonds/" + whole["id"].(string)
	require.Equal(t, whole, c.send(http.MethodGet, path+"?effective_on=2010-05-05", nil).json(t))
	before := c.send(http.MethodGet, path+"?effective_on=2010-05-04", nil).json(t)
	require.Equal(t, []any{50000.0, 0.0, nil}, []any{before["available_cents"], before["used_percent"], before["exhausted_on"]})
	early := c.send(http.MethodGet, path+"?recorded_at=2010-05-05T00:00:00Z", nil).json(t)
	require.Equal(t, 0.0, early["assigned_cents"], "nothing was recorded then")
	first := c.send(http.MethodGet, path+"/movements?limit=1", nil).json(t)
	line := first["items"].([]any)[0].(object)
	require.Equal(t, []any{"COMMIT", "AVAILABLE", "COMMITTED", 38052.0, 26636.0, 11416.0, "application/" + id, "IMP 1", "2010-05-05"},
		[]any{line["kind"], line["debit"], line["credit"], line["cents"], line["state_cents"], line["regional_cents"], line["reference"], line["act"], line["effective_on"]})
	rest := c.send(http.MethodGet, path+"/movements?cursor="+first["next_cursor"].(string), nil).json(t)
	require.Len(t, rest["items"], 1)
	require.Equal(t, []any{"ASSIGN", ""}, []any{rest["items"].([]any)[0].(object)["kind"], rest["next_cursor"]})
	wrong := c.send(http.MethodGet, path+"/movements?cursor=%21", nil)
	require.Equal(t, []any{"query:cursor"}, pointers(t, wrong))
	for _, own := range []string{path, path + "/movements"} {
		foreign := h.as("07", "stranger").send(http.MethodGet, own, nil, "X-Request-Id", "same")
		missing := h.as("07", "stranger").send(http.MethodGet, "/plafonds/018f0000-0000-7000-8000-000000000000"+own[len(path):], nil, "X-Request-Id", "same")
		require.Equal(t, http.StatusNotFound, foreign.status)
		require.Equal(t, string(missing.raw), string(foreign.raw))
		require.Equal(t, http.StatusForbidden, h.as("03", "portal", "applications:read").send(http.MethodGet, own, nil).status)
	}
}

func TestPlafondsAreFiltered(t *testing.T) {
	t.Parallel()
	h := open(t)
	ministry := h.as("*", "ministry")
	for i, o := range []object{
		act(10, nil),
		act(11, func(o object) { o["administration"] = "07" }),
		act(12, func(o object) { o["year"] = 2011 }),
		act(13, func(o object) { o["family"] = "MOBILITA_DEROGA" }),
		act(14, func(o object) { o["fund"] = "FSE" }),
	} {
		require.EqualValues(t, 10+i, ministry.post("/plafonds/assignments", dated(o, "assigned_on"))["cents"])
	}
	for query, want := range map[string][]float64{
		"": {10, 14, 13, 12, 11}, "?administration=07": {11}, "?year=2011": {12}, "?family=MOBILITA_DEROGA": {13}, "?fund=FSE": {14},
		"?fund=DEFAULT&administration=03&year=2010&family=CIG_DEROGA": {10}, "?administration=05": {},
	} {
		got := []float64{}
		for _, p := range ministry.send(http.MethodGet, "/plafonds"+query, nil).json(t)["items"].([]any) {
			got = append(got, p.(object)["assigned_cents"].(float64))
		}
		require.Equal(t, want, got, query)
	}
}

func TestAWithdrawalTakesOnlyWhatIsAvailable(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 50000)
	c, ministry := h.as("03", "office"), h.as("*", "ministry")
	c.post("/applications/"+h.granted("03", "A1", nil)+"/commitment", object{"decree_date": "2010-05-05"})
	over := ministry.send(http.MethodPost, "/plafonds/withdrawals", dated(act(11949, nil), "withdrawn_on"))
	require.Equal(t, []any{http.StatusConflict, "no-funds", 1.0}, []any{over.status, over.code(t), over.json(t)["missing_cents"]})
	require.Equal(t, []any{11948.0, 38052.0, 0.0}, h.plafond())
	early := ministry.send(http.MethodPost, "/plafonds/withdrawals", act(1, func(o object) { o["withdrawn_on"] = "2010-01-09" }))
	require.Equal(t, []any{"rule-violated", []any{"/withdrawn_on"}}, []any{early.code(t), pointers(t, early)}, "before the assignment")
	done := ministry.post("/plafonds/withdrawals", dated(act(11948, nil), "withdrawn_on"))
	require.Equal(t, []any{c.onePlafond("")["id"], 11948.0}, []any{done["plafond_id"], done["cents"]})
	require.Equal(t, []any{0.0, 38052.0, 0.0}, h.plafond())
	require.Equal(t, []any{100.0, true}, []any{c.onePlafond("")["used_percent"], c.onePlafond("")["over_threshold"]})
}

func TestMoneyIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	h := open(t)
	set := func(key string, value any) func(o object) { return func(o object) { o[key] = value } }
	for name, x := range map[string]struct {
		administration string
		cents          any
		change         func(o object)
		pointer        string
	}{
		"an administration that does not exist": {"*", 1, set("administration", "99"), "/administration"},
		"an administration of others":           {"07", 1, nil, "/administration"},
		"more than a State has":                 {"*", 10_000_000_000_001, nil, "/cents"},
		"nothing":                               {"*", 0, nil, "/cents"},
		"less than nothing":                     {"*", -1, nil, "/cents"},
		"half a cent":                           {"*", 0.5, nil, "/cents"},
		"a family that does not exist":          {"*", 1, set("family", "CIGO"), "/family"},
		"a fund in lower case":                  {"*", 1, set("fund", "fse"), "/fund"},
		"no act":                                {"*", 1, set("act", ""), "/act"},
	} {
		for path, day := range map[string]string{"/plafonds/assignments": "assigned_on", "/plafonds/withdrawals": "withdrawn_on"} {
			a := h.as(x.administration, "ministry").send(http.MethodPost, path, dated(act(x.cents, x.change), day))
			require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: %s", name, a.raw)
			require.Contains(t, pointers(t, a), x.pointer, name)
		}
	}
	require.Empty(t, h.as("*", "ministry").send(http.MethodGet, "/plafonds", nil).json(t)["items"])
}

func TestWithoutFundsTheFileStaysAndTheSameKeyWorksLater(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 38051)
	id := h.granted("03", "A1", nil)
	c := h.as("03", "office")
	commit := func() answer {
		return c.send(http.MethodPost, "/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"}, "Idempotency-Key", "once")
	}
	refused := commit()
	require.Equal(t, []any{http.StatusConflict, "no-funds", 1.0}, []any{refused.status, refused.code(t), refused.json(t)["missing_cents"]})
	require.Equal(t, "ACCOLTA", c.send(http.MethodGet, "/applications/"+id, nil).json(t)["state"])
	require.Equal(t, []any{38051.0, 0.0, 0.0}, h.plafond())
	h.assign("03", 1)
	done := commit()
	require.Equal(t, http.StatusCreated, done.status, string(done.raw))
	require.Equal(t, "true", commit().header.Get("Idempotency-Replayed"))
	twice := c.send(http.MethodPost, "/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	require.Equal(t, []any{http.StatusConflict, "state-conflict"}, []any{twice.status, twice.code(t)})
	require.Equal(t, []any{0.0, 38052.0, 0.0}, h.plafond())
}

func TestACommitmentDrawsUponItsFundAndYear(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 50000)
	id := h.granted("03", "A1", nil)
	c := h.as("03", "office")
	for _, body := range []object{{"decree_date": "2011-05-05"}, {"decree_date": "2010-05-05", "fund": "FSE"}} {
		refused := c.send(http.MethodPost, "/applications/"+id+"/commitment", body)
		require.Equal(t, "no-funds", refused.code(t), "%v", body)
	}
	h.as("*", "ministry").post("/plafonds/assignments", dated(act(40000, func(o object) { o["fund"] = "FSE" }), "assigned_on"))
	c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05", "fund": "FSE"})
	require.Equal(t, 1948.0, c.onePlafond("?fund=FSE")["available_cents"])
	require.Equal(t, 50000.0, c.onePlafond("?fund=DEFAULT")["available_cents"])
}

// The event says once that a commitment took the plafond over its threshold.
func TestCrossingTheThresholdIsToldOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 80000)
	c := h.as("03", "office")
	other := func(o object) { o["workers"].([]object)[0]["tax_code"] = "MRTMTT91D08F205J" }
	for ref, change := range map[string]func(o object){"A1": nil, "A2": other} {
		c.post("/applications/"+h.granted("03", ref, change)+"/commitment", object{"decree_date": "2010-05-05"})
	}
	told := h.told("it.w2w.concessions.plafond.threshold.v1")
	require.Len(t, told, 1)
	require.Equal(t, "plafond/"+c.onePlafond("")["id"].(string), told[0]["subject"])
	data := told[0]["data"].(object)
	require.Equal(t, []any{90.0, 80000.0, 3896.0, "DEFAULT"}, []any{data["threshold_percent"], data["assigned_cents"], data["available_cents"], data["fund"]})
	require.Equal(t, true, c.onePlafond("")["over_threshold"])
}
