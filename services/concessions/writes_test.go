package concessions_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestIdem_Race sends each of two writes 64 times at once under one key.
func TestIdem_Race(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	path := c.draft("draft", worker(taxCode(1)))
	for name, write := range map[string]func() answer{
		"an application": func() answer {
			return c.send(http.MethodPost, "/applications", istanza("A1", nil), "Idempotency-Key", "race-1")
		},
		"rows for a draft": func() answer {
			return c.send(http.MethodPost, path+"/workers", object{"items": []object{worker(taxCode(2))}}, "Idempotency-Key", "race-2", "If-Match", `"1"`)
		},
	} {
		var answers [64]answer
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = write() })
		}
		all.Wait()
		fresh := 0
		for _, a := range answers {
			require.Equal(t, http.StatusCreated, a.status, "%s: %s", name, a.raw)
			require.JSONEq(t, string(answers[0].raw), string(a.raw), name)
			require.Equal(t, answers[0].header.Get("ETag"), a.header.Get("ETag"), name)
			if a.header.Get("Idempotency-Replayed") == "" {
				fresh++
			}
		}
		require.Equal(t, 1, fresh, name)
	}
	require.Len(t, c.send(http.MethodGet, "/applications", nil).json(t)["items"], 2)
	require.Len(t, c.send(http.MethodGet, path+"/workers", nil).json(t)["items"], 2)
	require.Equal(t, `"2"`, c.version(path))
	require.Equal(t, 1, h.Audited("application.correct", "%"))
}

// TestMassAssign puts the fields that are the service's own into every body of this part of the contract.
func TestMassAssign(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	id := idOf(c.post("/applications", istanza("A1", nil)))
	path := c.draft("A2", worker(taxCode(1)))
	employer := c.post("/employers", firm(1, nil))["id"].(string)
	before := c.send(http.MethodGet, "/applications", nil).raw
	own := []string{"id", "administration", "state", "version", "verdict", "codes", "estimate_cents", "accepted_workers", "examiner", "created_at", "actor", "spent_cents"}
	in := func(o object, key string) func(string) (object, string) {
		return func(field string) (object, string) {
			if key == "" {
				o[field] = "1"
				return o, "/" + field
			}
			o[key].([]object)[0][field] = "1"
			return o, "/" + key + "/0/" + field
		}
	}
	for _, field := range own {
		for address, body := range map[string]func(string) (object, string){
			"POST /applications": in(istanza("A3", nil), ""), "POST /applications#": in(istanza("A3", nil), "workers"), "PUT " + path: in(data("A2", nil), ""),
			"PUT " + path + "/workers": in(object{"items": []object{worker(taxCode(2))}}, "items"), "POST " + path + "/workers": in(object{"items": []object{}}, ""),
			"POST /employers": in(firm(2, nil), ""), "PUT /employers/" + employer: in(firm(1, nil), ""), "POST /employers/searches": in(object{"tax_code": "1"}, ""),
			"POST /workers/history-searches": in(object{"tax_code": "1"}, ""), "POST /applications/" + id + "/documents": in(paper("V", nil), ""),
			"POST /applications/" + id + "/transitions": in(object{"event": "PROTOCOLLA"}, ""), "POST /applications/" + id + "/examination": in(object{}, ""),
		} {
			method, to := address[:4], address[5:]
			if method == "PUT " {
				method, to = "PUT", address[4:]
			}
			o, pointer := body(field)
			a := c.send(method, to, o, "If-Match", `"1"`)
			require.Equal(t, []any{http.StatusBadRequest, []any{pointer}}, []any{a.status, pointers(t, a)}, "%s %s: %.300s", address, field, a.raw)
		}
	}
	require.Equal(t, string(before), string(c.send(http.MethodGet, "/applications", nil).raw))
	require.Equal(t, `"1"`, c.version("/employers/"+employer))
}
