package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// pointers lists the fields of a problem.
func pointers(t *testing.T, a answer) (out []any) {
	t.Helper()
	list, _ := a.json(t)["errors"].([]any)
	for _, e := range list {
		out = append(out, e.(object)["pointer"])
	}
	return out
}

func TestBadInputIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	set := func(key string, value any) func(o object) { return func(o object) { o[key] = value } }
	row := func(key string, value any) func(o object) {
		return func(o object) { o["workers"].([]object)[0][key] = value }
	}
	many := make([]object, 6000)
	for i := range many {
		many[i] = worker("RSSMRA85T10A562S")
	}
	for name, x := range map[string]struct {
		change  func(o object)
		status  int
		pointer string
	}{
		"a wrong type":              {set("submit", "yes"), 422, "/submit"},
		"an unknown field":          {set("colour", "red"), 400, "/colour"},
		"a day that does not exist": {set("period_from", "2010-02-30"), 422, "/period_from"},
		"negative hours":            {row("hours_requested", -1), 422, "/workers/0/hours_requested"},
		"an absurd amount":          {row("monthly_gross_pay_cents", 1e15), 422, "/workers/0/monthly_gross_pay_cents"},
		"half a cent":               {row("monthly_gross_pay_cents", 100.5), 422, "/workers/0/monthly_gross_pay_cents"},
		"6,000 workers":             {set("workers", many), 422, "/workers"},
		"NUL in a name":             {row("family_name", "Xa\x00wu"), 422, "/workers/0/family_name"},
		"a field of the service":    {set("state", "DECRETATA"), 400, "/state"},
		"a period backwards":        {set("period_to", "2010-03-01"), 422, "/period_to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := c.send(http.MethodPost, "/applications", istanza("X", x.change))
			require.Equal(t, x.status, a.status, string(a.raw[:min(len(a.raw), 400)]))
			require.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
			require.Contains(t, pointers(t, a), x.pointer)
		})
	}
	t.Cleanup(func() { require.Empty(t, c.send(http.MethodGet, "/applications", nil).json(t)["items"]) })
}

// TestJSON_Strict is row 19 of the catalogue.
func TestJSON_Strict(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	h.as("03", "office").RequireStrictJSON(t, made)
}

func TestTheHeadersOfAWrite(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	id := idOf(c.post("/applications", istanza("A1", nil)))
	move := "/applications/" + id + "/transitions"
	for name, x := range map[string]struct {
		path    string
		body    any
		headers []string
		status  int
		code    string
	}{
		"no key":              {"/applications", istanza("A2", nil), []string{"Idempotency-Key", ""}, 400, "idempotency-key-missing"},
		"a form":              {"/applications", istanza("A2", nil), []string{"Content-Type", "text/plain"}, 415, "media-type-unsupported"},
		"no If-Match":         {move, object{"event": "PROTOCOLLA"}, nil, 428, "etag-missing"},
		"a stale ETag":        {move, object{"event": "PROTOCOLLA"}, []string{"If-Match", `"1"`}, 412, "etag-stale"},
		"not now":             {move, object{"event": "RESPINGI"}, []string{"If-Match", `"2"`}, 409, "state-conflict"},
		"an unknown event":    {move, object{"event": "VOLA"}, []string{"If-Match", `"2"`}, 422, "schema-invalid"},
		"an id that is no id": {"/applications/7/examination", object{}, nil, 400, "request-invalid"},
		"decree of a draft":   {"/decrees", object{"number": "1", "decree_date": "2010-05-05", "signatory": "D", "application_ids": []string{id}}, nil, 409, "state-conflict"},
	} {
		a := c.send(http.MethodPost, x.path, x.body, x.headers...)
		require.Equal(t, x.status, a.status, "%s: %s", name, a.raw)
		require.Equal(t, x.code, a.code(t), name)
	}
}

// TestTheAddressIsReadStrictly wants no filter to be ignored or misread.
func TestTheAddressIsReadStrictly(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	c.post("/applications", istanza("A1", nil))
	for name, x := range map[string]struct{ path, pointer string }{
		"a filter that does not exist": {"/applications?colour=red", "query:colour"},
		"a filter given twice":         {"/applications?limit=1&limit=2", "query:limit"},
		"NUL":                          {"/applications?application_ref=A%00", "query:application_ref"},
		"invalid UTF-8":                {"/applications?application_ref=%ff", "query:application_ref"},
		"a day that does not exist":    {"/applications?filed_from=2010-02-30", "query:filed_from"},
		"a number that is none":        {"/applications?limit=many", "query:limit"},
		"a state that does not exist":  {"/applications?state=APERTA", "query:state"},
		"a cursor of its own making":   {"/applications?cursor=abc", "query:cursor"},
		"an id that is none":           {"/applications/7", "path:application_id"},
	} {
		a := c.send(http.MethodGet, x.path, nil)
		require.Equal(t, http.StatusBadRequest, a.status, "%s: %s", name, a.raw)
		require.Equal(t, []any{x.pointer}, pointers(t, a), name)
	}
	require.Equal(t, http.StatusBadRequest, c.send(http.MethodGet, "/applications?state=%zz", nil).status)
	require.Equal(t, http.StatusBadRequest, c.send(http.MethodPost, "/applications", istanza("A2", nil), "Idempotency-Key", "\xff").status)
	for query, found := range map[string]int{"filed_from=2010-04-05": 1, "filed_from=2010-04-06": 0, "filed_to=2010-04-05": 1, "filed_to=2010-04-04": 0} {
		require.Len(t, c.send(http.MethodGet, "/applications?"+query, nil).json(t)["items"], found, query)
	}
}

func TestMoneyIsAssignedToNobodyElse(t *testing.T) {
	t.Parallel()
	order := object{"administration": "03", "year": 2010, "family": "CIG_DEROGA", "cents": 100, "act": "DI 1/2010", "assigned_on": "2010-01-10"}
	h := open(t)
	a := h.as("07", "stranger").send(http.MethodPost, "/plafonds/assignments", order)
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Equal(t, []any{"/administration"}, pointers(t, a))
	require.Empty(t, h.as("03", "office").send(http.MethodGet, "/plafonds", nil).json(t)["items"])
}

func TestOnlyWhoMayLoadThePastDatesAnActBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	a := h.as("03", "portal", "applications:file").send(http.MethodPost, "/applications", istanza("A1", nil))
	require.Equal(t, http.StatusForbidden, a.status)
	require.Contains(t, pointers(t, a), "/filed_on")
}

func TestWithoutATokenNothingButTheStatus(t *testing.T) {
	t.Parallel()
	h := open(t)
	res, err := http.Get(h.URL + base + "/applications")
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)
	status, err := http.Get(h.URL + base + "/status")
	require.NoError(t, err)
	defer status.Body.Close()
	require.Equal(t, http.StatusOK, status.StatusCode)
}
