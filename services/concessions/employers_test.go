package concessions_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
)

// companyCode makes the n-th of many valid VAT numbers.
func companyCode(n int) string {
	for last := range 10 {
		if code := fmt.Sprintf("1%09d%d", n, last); italia.ValidCompanyCode(code) {
			return code
		}
	}
	return ""
}

// firm is an employer that is in order; change may spoil it.
func firm(n int, change func(o object)) object {
	o := object{"tax_code": companyCode(n), "name": fmt.Sprintf("Zefiro %d S.r.l.", n), "employees": 12, "company_type": "ARTIGIANA",
		"ateco_section": "C", "inps_matricola": fmt.Sprintf("%010d", n), "units": []object{{"province": "MI", "comune": "Milano"}, {"province": "BG"}}}
	if change != nil {
		change(o)
	}
	return o
}

func TestAnEmployerIsRegisteredAndChanged(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	made := c.send(http.MethodPost, "/employers", firm(1, nil))
	require.Equal(t, []any{http.StatusCreated, `"1"`}, []any{made.status, made.header.Get("ETag")}, string(made.raw))
	path := made.header.Get("Location")[len(base):]
	read := c.send(http.MethodGet, path, nil)
	require.JSONEq(t, string(made.raw), string(read.raw))
	require.NotContains(t, path, companyCode(1))
	sent := firm(1, func(o object) { o["ccnl"], o["name"] = "CO11", "Zefiro S.p.A." })
	require.Equal(t, "etag-missing", c.send(http.MethodPut, path, sent).code(t))
	changed := c.send(http.MethodPut, path, sent, "If-Match", `"1"`)
	require.Equal(t, []any{http.StatusOK, `"2"`}, []any{changed.status, changed.header.Get("ETag")}, string(changed.raw))
	require.Equal(t, "Zefiro S.p.A.", changed.json(t)["employer"].(object)["name"])
	require.Equal(t, "etag-stale", c.send(http.MethodPut, path, sent, "If-Match", `"1"`).code(t))
	fixed := c.send(http.MethodPut, path, firm(2, nil), "If-Match", `"2"`)
	require.Equal(t, []any{"rule-violated", []any{"/tax_code"}}, []any{fixed.code(t), pointers(t, fixed)})
	require.Equal(t, "Zefiro S.p.A.", c.send(http.MethodGet, path, nil).json(t)["employer"].(object)["name"])
	twice := c.send(http.MethodPost, "/employers", firm(1, nil))
	require.Equal(t, []any{http.StatusConflict, "already-exists", []any{"/tax_code"}}, []any{twice.status, twice.code(t), pointers(t, twice)})
	require.Equal(t, []int{1, 1}, []int{h.Audited("employer.registered", "employer/%"), h.Audited("employer.changed", "employer/%")})
	require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, "/employers/018f0000-0000-7000-8000-000000000000", nil).status)
	require.Equal(t, http.StatusForbidden, h.as("03", "reader", "applications:read").send(http.MethodPost, "/employers", firm(3, nil)).status)
}

// TestWhoMayChangeAnEmployer: the registry is national; who has one of its units on its ground may change it.
func TestWhoMayChangeAnEmployer(t *testing.T) {
	t.Parallel()
	h := open(t)
	path := "/employers/" + h.as("07", "other").post("/employers", firm(1, nil))["id"].(string)
	grab := firm(1, func(o object) { o["units"] = []object{{"province": "GE"}} })
	require.Equal(t, "scope-missing", h.as("07", "other").send(http.MethodPut, path, grab, "If-Match", `"1"`).code(t))
	require.Equal(t, `"1"`, h.as("07", "other").version(path), "every Region reads it")
	require.Equal(t, http.StatusOK, h.as("03", "office").send(http.MethodPut, path, firm(1, nil), "If-Match", `"1"`).status)
	require.Equal(t, http.StatusOK, h.as("*", "ministry").send(http.MethodPut, path, grab, "If-Match", `"2"`).status)
	require.Equal(t, http.StatusOK, h.as("07", "other").send(http.MethodPut, path, grab, "If-Match", `"3"`).status)
}

func TestAnEmployerThatIsNone(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	set := func(key string, value any) func(o object) { return func(o object) { o[key] = value } }
	for name, x := range map[string]struct {
		change  func(o object)
		status  int
		pointer string
	}{
		"a wrong VAT number":  {set("tax_code", "12345678900"), 422, "/tax_code"},
		"a short INPS number": {set("inps_matricola", "123"), 422, "/inps_matricola"},
		"letters in it":       {set("inps_matricola", "12345678AB"), 422, "/inps_matricola"},
		"no section":          {set("ateco_section", "Z"), 422, "/ateco_section"},
		"a small section":     {set("ateco_section", "c"), 422, "/ateco_section"},
		"an unknown province": {set("units", []object{{"province": "MI"}, {"province": "XX"}}), 422, "/units/1/province"},
		"no unit":             {set("units", []object{}), 422, "/units"},
		"no type":             {set("company_type", "GRANDE"), 422, "/company_type"},
		"fewer than nobody":   {set("employees", -1), 422, "/employees"},
		"its id":              {set("id", "018f0000-0000-7000-8000-000000000000"), 400, "/id"},
		"its version":         {set("version", 7), 400, "/version"},
	} {
		a := c.send(http.MethodPost, "/employers", firm(1, x.change))
		require.Equal(t, x.status, a.status, "%s: %s", name, a.raw)
		require.Equal(t, []any{x.pointer}, pointers(t, a), name)
	}
	require.Empty(t, c.send(http.MethodGet, "/employers", nil).json(t)["items"])
}

func TestTheRegistryIsFilteredAndPaged(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	var all []any
	for i := range 11 {
		made := c.post("/employers", firm(i, func(o object) {
			o["company_type"] = []string{"ARTIGIANA", "SERVIZI"}[i%2]
			o["ateco_section"] = []string{"C", "F", "I"}[i%3]
			if i >= 8 {
				o["units"] = []object{{"province": "GE"}, {"province": "MI"}}
			}
		}))
		all = append([]any{made["id"]}, all...)
	}
	ids := func(q url.Values) (found []any) {
		for {
			page := c.send(http.MethodGet, "/employers?"+q.Encode(), nil).json(t)
			found = append(found, each(page["items"], "id")...)
			if q.Set("cursor", page["next_cursor"].(string)); page["next_cursor"] == "" {
				return found
			}
		}
	}
	pick := func(want func(i int) bool) (out []any) {
		for i := 10; i >= 0; i-- {
			if want(i) {
				out = append(out, all[10-i])
			}
		}
		return out
	}
	for filter, want := range map[string]func(i int) bool{
		"":                     func(int) bool { return true },
		"company_type=SERVIZI": func(i int) bool { return i%2 == 1 },
		"ateco_section=I":      func(i int) bool { return i%3 == 2 },
		"province=GE":          func(i int) bool { return i >= 8 },
		"province=BG":          func(i int) bool { return i < 8 },
		"province=MI":          func(int) bool { return true },
		"province=NA":          func(int) bool { return false },
		"company_type=ARTIGIANA&ateco_section=C&province=BG": func(i int) bool { return i%6 == 0 && i < 8 },
	} {
		for _, limit := range []string{"1", "4", "11", "200"} {
			q, err := url.ParseQuery(filter)
			require.NoError(t, err)
			q.Set("limit", limit)
			require.Equal(t, pick(want), ids(q), "%s by %s", filter, limit)
		}
	}
	require.Equal(t, http.StatusBadRequest, c.send(http.MethodGet, "/employers?company_type=GRANDE", nil).status)
	require.Equal(t, []any{"query:cursor"}, pointers(t, c.send(http.MethodGet, "/employers?cursor=x", nil)))
}

func TestAnEmployerIsFoundByItsCodes(t *testing.T) {
	t.Parallel()
	c := open(t).as("07", "reader")
	for i := range 3 {
		c.post("/employers", firm(i, nil))
	}
	find := func(o object) answer { return c.send(http.MethodPost, "/employers/searches", o) }
	for name, x := range map[string]struct {
		body object
		want []any
	}{
		"by its tax code":       {object{"tax_code": companyCode(1)}, []any{companyCode(1)}},
		"by its INPS number":    {object{"inps_matricola": "0000000002"}, []any{companyCode(2)}},
		"by both":               {object{"tax_code": companyCode(2), "inps_matricola": "0000000002"}, []any{companyCode(2)}},
		"by two that disagree":  {object{"tax_code": companyCode(1), "inps_matricola": "0000000002"}, nil},
		"by one that is nobody": {object{"tax_code": companyCode(9)}, nil},
	} {
		a := find(x.body)
		require.Equal(t, http.StatusOK, a.status, name)
		require.Equal(t, x.want, each(each(a.json(t)["items"], "employer"), "tax_code"), name)
	}
	require.Equal(t, "rule-violated", find(object{}).code(t))
}

// TestAnApplicationKeepsTheEmployerAsFiled names the employer by its id, then changes the registry.
func TestAnApplicationKeepsTheEmployerAsFiled(t *testing.T) {
	t.Parallel()
	c := open(t).as("03", "office")
	id := c.post("/employers", firm(1, nil))["id"].(string)
	made := c.post("/applications", istanza("A1", func(o object) { delete(o, "employer"); o["employer_id"] = id }))
	application := "/applications/" + idOf(made)
	filed := made["application"].(object)["employer"].(object)
	require.Equal(t, []any{companyCode(1), "Zefiro 1 S.r.l."}, []any{filed["tax_code"], filed["name"]})
	require.Equal(t, http.StatusOK, c.send(http.MethodPut, "/employers/"+id, firm(1, func(o object) { o["name"] = "Altro" }), "If-Match", `"1"`).status)
	require.Equal(t, filed, c.send(http.MethodGet, application, nil).json(t)["employer"])
	c.post("/applications", istanza("A2", func(o object) { o["employer"].(object)["name"] = "Un altro nome" }))
	registry := c.send(http.MethodPost, "/employers/searches", object{"tax_code": "12345678903"}).json(t)["items"].([]any)
	require.Len(t, registry, 1, "who files is registered")
	c.post("/applications", istanza("A3", func(o object) { o["employer"].(object)["name"] = "Un terzo" }))
	require.Equal(t, registry, c.send(http.MethodPost, "/employers/searches", object{"tax_code": "12345678903"}).json(t)["items"], "a filing changes nothing in the registry")
	c.post("/applications", istanza("A4", func(o object) { o["employer"].(object)["tax_code"] = "12345678900" }))
	require.Empty(t, c.send(http.MethodPost, "/employers/searches", object{"tax_code": "12345678900"}).json(t)["items"], "a wrong code is filed, not registered")
}
