package concessions_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// examined files an application on a day and examines it; it returns the codes against its last row and
// against itself, and its verdict.
func (h *house) examined(ref, filedOn string, spoil func(o object)) (id string, row, application []any, verdict any) {
	h.t.Helper()
	c := h.as("03", "office")
	id = idOf(c.post("/applications", istanza(ref, func(o object) {
		o["filed_on"] = filedOn
		spoil(o)
	})))
	c.post("/applications/"+id+"/transitions", object{"event": "PROTOCOLLA"}, "If-Match", `"2"`)
	c.post("/applications/"+id+"/transitions", object{"event": "AVVIA_ISTRUTTORIA"}, "If-Match", `"3"`)
	judged := c.post("/applications/"+id+"/examination", object{})
	rows, a := judged["rows"].([]any), judged["application"].(object)
	return id, codes(rows[len(rows)-1].(object)), codes(a), a["verdict"]
}

func codes(o object) []any {
	out := []any{}
	for _, c := range o["codes"].([]any) {
		out = append(out, c.(object)["code"])
	}
	return out
}

// TestEachRuleIsSwitchedOffFromADay spoils an application in each way that a code names: filed before the
// day it is rejected, filed on the day it passes.
func TestEachRuleIsSwitchedOffFromADay(t *testing.T) {
	t.Parallel()
	in := func(key string, value any) func(o object) { return func(o object) { o[key] = value } }
	employer := func(key string, value any) func(o object) {
		return func(o object) { o["employer"].(object)[key] = value }
	}
	row := func(key string, value any) func(o object) {
		return func(o object) { o["workers"].([]object)[0][key] = value }
	}
	twice := in("workers", []object{worker("RSSMRA85T10A562S"), worker("RSSMRA85T10A562S")})
	for code, x := range map[string]struct {
		spoil  func(o object)
		ofRow  bool
		covers bool // another file covers the person already
	}{
		"CF_INVALID":                {row("tax_code", "RSSMRA85T10A562X"), true, false},
		"DUPLICATE":                 {twice, true, false},
		"HOURS_EXCEED":              {row("hours_requested", 177), true, false},
		"NO_DID":                    {row("did", false), true, false},
		"PERIOD_OVERLAP":            {func(object) {}, true, true},
		"WORKER_SENIORITY":          {row("hired_on", "2010-03-30"), true, false},
		"AGREEMENT_AFTER_START":     {in("agreement_date", "2010-04-01"), false, false},
		"COMPANY_TYPE_MISMATCH":     {employer("employees", 16), false, false},
		"EMPLOYER_TAX_CODE_INVALID": {employer("tax_code", "12345678901"), false, false},
		"NO_AGREEMENT":              {func(o object) { delete(o, "agreement_date") }, false, false},
		"NO_ELIGIBLE_WORKERS":       {row("did", false), false, false},
		"OUT_OF_TIME":               {func(o object) { o["agreement_date"], o["period_from"] = "2010-02-20", "2010-03-01" }, false, false},
		"WRONG_COMPETENCE":          {employer("units", []object{{"province": "GE"}}), false, false},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.t = t
			if x.covers {
				_, _, _, verdict := h.examined("A0", "2010-04-05", func(object) {})
				require.Equal(t, "ADMISSIBLE", verdict)
			}
			h.as("*", "ministry").post("/parameters", parameter("rule."+code+".enabled", false, "2010-04-10"))
			_, rows, application, verdict := h.examined("A1", "2010-04-09", x.spoil)
			if x.ofRow {
				require.Contains(t, rows, code)
			} else {
				require.Contains(t, application, code)
				require.Equal(t, "INADMISSIBLE", verdict)
			}
			h.renounced("A1")
			_, rows, application, verdict = h.examined("A2", "2010-04-10", x.spoil)
			require.Empty(t, application)
			require.Equal(t, "ADMISSIBLE", verdict)
			require.Equal(t, code == "NO_ELIGIBLE_WORKERS", len(rows) > 0, "only there the row itself stays rejected")
		})
	}
}

// renounced gives up an application, so that it covers nobody.
func (h *house) renounced(ref string) {
	h.t.Helper()
	c := h.as("03", "office")
	a := c.send(http.MethodGet, "/applications?application_ref="+ref, nil).json(h.t)["items"].([]any)[0].(object)
	read := c.send(http.MethodGet, "/applications/"+a["id"].(string), nil)
	c.post("/applications/"+a["id"].(string)+"/transitions", object{"event": "RINUNCIA"}, "If-Match", read.header.Get("ETag"))
}

// TestWhereOverlapsAreAllowedTheFreePartIsCovered lets B overlap A, and sees that C can't overlap what only B covers.
func TestWhereOverlapsAreAllowedTheFreePartIsCovered(t *testing.T) {
	t.Parallel()
	h := open(t)
	until := func(from, to string) func(o object) {
		return func(o object) { o["period_from"], o["period_to"] = from, to }
	}
	h.examined("A", "2010-04-05", until("2010-04-01", "2010-04-30"))
	order := parameter("rule.PERIOD_OVERLAP.enabled", false, "2010-04-06")
	order["valid_to"] = "2010-04-06"
	h.as("*", "ministry").post("/parameters", order)
	_, _, _, verdict := h.examined("B", "2010-04-06", until("2010-04-01", "2010-05-31"))
	require.Equal(t, "ADMISSIBLE", verdict)
	_, row, _, _ := h.examined("C", "2010-04-07", until("2010-05-03", "2010-05-28"))
	require.Equal(t, []any{"PERIOD_OVERLAP"}, row)
	h.renounced("B")
	_, _, _, verdict = h.examined("D", "2010-04-08", until("2010-05-03", "2010-05-28"))
	require.Equal(t, "ADMISSIBLE", verdict, "freed with B")
}

func (h *house) explained(id string) object {
	h.t.Helper()
	return h.as("03", "office").send(http.MethodGet, "/applications/"+id+"/estimate/explanation?row=1", nil).json(h.t)
}

func estimate(explanation object) []any {
	return []any{explanation["rounded_cents"], explanation["exact_cents"]}
}

// TestAnEstimateIsExplainedByTheParametersOfItsTime changes a cap after a judgement: what was judged stays and
// is still explained, what is judged afterwards goes by the new cap.
func TestAnEstimateIsExplainedByTheParametersOfItsTime(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, _, _, _ := h.examined("A", "2010-04-05", func(object) {})
	before := h.explained(id)
	require.Equal(t, []any{38052.0, "418575/11"}, estimate(before))
	h.as("*", "ministry").post("/parameters", parameter("cap.low_cents", 80000, "2010-01-01"))
	require.Equal(t, before, h.explained(id), "by what was known then, to the legal reference")
	read := h.as("03", "office").send(http.MethodGet, "/applications/"+id, nil).json(t)
	require.EqualValues(t, 38052, read["estimate_cents"])

	other := worker("MRTMTT91D08F205J")
	later := h.as("03", "office").post("/applications", istanza("B", func(o object) { o["workers"] = []object{other} }))
	require.EqualValues(t, 34091, later["application"].(object)["estimate_cents"], "75 hours of 800 euro in 176")
	require.Equal(t, []any{34091.0, "375000/11"}, estimate(h.explained(idOf(later))))

	again := h.as("03", "office").post("/applications/"+id+"/examination", object{})
	require.EqualValues(t, 34091, again["application"].(object)["estimate_cents"], "a new judgement knows what is known now")
	require.Equal(t, []any{34091.0, "375000/11"}, estimate(h.explained(id)))
}

func TestEveryReplicaFollowsAChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	other := h.replica()
	h.as("*", "ministry").post("/parameters", parameter("cap.low_cents", 80000, "2010-01-01"))
	judge := func(h *house, ref string) any {
		return h.as("03", "office").post("/applications", istanza(ref, nil))["application"].(object)["estimate_cents"]
	}
	require.EqualValues(t, 34091, judge(h, "A"), "at once where it was made")
	n := 0
	require.Eventually(t, func() bool {
		n++
		return judge(other, "B"+string(rune('A'+n))) == 34091.0
	}, 10*time.Second, 500*time.Millisecond, "and within seconds elsewhere")
	before := h.parameters("")
	h.replica()
	require.Equal(t, before, h.parameters(""), "a new start changes nothing")
}

func TestARefusalWaitsForTheApplicant(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	id, _, _, _ := h.examined("A", "2010-04-05", func(o object) { delete(o, "agreement_date") })
	move := func(etag string, o object) answer {
		return c.send(http.MethodPost, "/applications/"+id+"/transitions", o, "If-Match", etag)
	}
	noticed := move(`"5"`, object{"event": "PREAVVISA_RIGETTO", "acted_on": "2010-05-03"})
	require.Equal(t, "2010-05-03", noticed.json(t)["notified_on"])
	early := move(`"6"`, object{"event": "RESPINGI", "acted_on": "2010-05-13"})
	require.Equal(t, http.StatusConflict, early.status)
	problem := early.json(t)
	require.Equal(t, []any{"state-conflict", "NOTICE_PERIOD_OVER", "2010-05-14"}, []any{problem["code"], problem["guard"], problem["first_possible_day"]})
	elsewhere := move(`"6"`, object{"event": "RIPRENDI_ISTRUTTORIA", "answered_on": "2010-05-05"})
	require.Equal(t, http.StatusUnprocessableEntity, elsewhere.status)
	require.Contains(t, pointers(t, elsewhere), "/answered_on")
	require.Contains(t, pointers(t, move(`"6"`, object{"event": "RESPINGI", "acted_on": "2010-05-13", "answered_on": "2010-05-14"})), "/answered_on")

	h.as("*", "ministry").post("/parameters", parameter("refusal.notice_days", 20, "2010-05-03"))
	longer := move(`"6"`, object{"event": "RESPINGI", "acted_on": "2010-05-14"})
	require.Equal(t, "2010-05-24", longer.json(t)["first_possible_day"])
	answered := move(`"6"`, object{"event": "RESPINGI", "acted_on": "2010-05-14", "answered_on": "2010-05-12"})
	require.Equal(t, http.StatusCreated, answered.status, string(answered.raw))
	require.Equal(t, "RESPINTA", answered.json(t)["state"])
}
