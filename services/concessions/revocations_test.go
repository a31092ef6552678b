package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// ended lists what a decree's JSON says of its applications' end.
func (h *house) ended(decree string) (list []any) {
	h.t.Helper()
	d := h.as("03", "office").send(http.MethodGet, "/decrees/"+decree, nil).json(h.t)
	for _, a := range d["applications"].([]any) {
		list = append(list, a.(object)["ended"])
	}
	return append(list, d["ended_count"], d["ended_cents"], d["committed_cents"])
}

func TestAnAnnulmentKeepsWhatWasSpent(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, decree := h.authorised()
	h.as("*", "inps").post("/inps/payments", payment(id, "2010-04", 40, 20000))
	c := h.as("03", "office")
	hash := c.send(http.MethodGet, "/decrees/"+decree, nil).json(t)["content_sha256"]
	annulled := c.post("/decrees/"+decree+"/revocations", object{"kind": "ANNULLA", "act": "D9", "reason": "Vizio di legittimità"})
	require.Equal(t, object{"application_ids": []any{id}, "released_cents": 18052.0}, annulled)
	require.Equal(t, []any{30000.0, 0.0, 20000.0}, h.plafond())
	require.Equal(t, []any{"ANNULLA", 1.0, 38052.0, 38052.0}, h.ended(decree))
	require.Equal(t, "ANNULLATA", c.send(http.MethodGet, "/applications/"+id, nil).json(t)["state"])
	require.Equal(t, hash, c.send(http.MethodGet, "/decrees/"+decree, nil).json(t)["content_sha256"], "as issued")
	again := c.send(http.MethodPost, "/decrees/"+decree+"/revocations", object{"kind": "REVOCA", "act": "D10", "reason": "x"})
	require.Equal(t, "state-conflict", again.code(t), "nothing is left to end")
	named := c.send(http.MethodPost, "/decrees/"+decree+"/revocations", object{"kind": "REVOCA", "act": "D10", "reason": "x", "application_ids": []string{id}})
	require.Equal(t, []any{"state-conflict", id}, []any{named.code(t), named.json(t)["application_id"]})
	require.Equal(t, "not-found", c.send(http.MethodPost, "/decrees/"+id+"/revocations", object{"kind": "REVOCA", "act": "D10", "reason": "x"}).code(t))
}

func TestARevocationOfSomeApplications(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 500000)
	c := h.as("03", "office")
	ids := []string{h.granted("03", "A1", of("A", "12345678903", taxCodes[0])), h.granted("03", "A2", of("B", "12345678903", taxCodes[1]))}
	other := h.granted("03", "A3", of("C", "12345678903", taxCodes[2]))
	decree := made(t, h.decree("D1", "2010-05-05", ids...))
	made(t, h.decree("D2", "2010-05-05", other))
	order := func(ids ...string) object {
		return object{"kind": "REVOCA", "act": "D9", "reason": "Cessazione", "application_ids": ids}
	}
	before := h.plafond()
	for name, x := range map[string]struct {
		ids     []string
		code    string
		pointer string
	}{
		"of another decree":    {[]string{ids[0], other}, "rule-violated", "/application_ids"},
		"unknown":              {[]string{"018f0000-0000-7000-8000-000000000000"}, "rule-violated", "/application_ids"},
		"named twice":          {[]string{ids[0], ids[0]}, "schema-invalid", "/application_ids"},
		"an empty list of ids": {[]string{}, "schema-invalid", "/application_ids"},
	} {
		a := c.send(http.MethodPost, "/decrees/"+decree+"/revocations", order(x.ids...))
		require.Equal(t, []any{http.StatusUnprocessableEntity, x.code}, []any{a.status, a.code(t)}, name)
		require.Contains(t, pointers(t, a), x.pointer, name)
	}
	require.Equal(t, before, h.plafond(), "a refused order changes nothing")
	require.Equal(t, []any{nil, nil, 0.0, 0.0, 76104.0}, h.ended(decree))
	c.post("/decrees/"+decree+"/revocations", order(ids[1]))
	require.Equal(t, []any{nil, "REVOCA", 1.0, 38052.0, 76104.0}, h.ended(decree))
	sent := c.post("/decrees/"+decree+"/transmissions", nil)
	require.Equal(t, []any{ids[0]}, sent["application_ids"], "what has ended is not sent")
	rest := c.post("/decrees/"+decree+"/revocations", object{"kind": "ANNULLA", "act": "D10", "reason": "x"})
	require.Equal(t, []any{ids[0]}, rest["application_ids"])
	require.Equal(t, []any{"ANNULLA", "REVOCA", 2.0, 76104.0, 76104.0}, h.ended(decree))
	require.Equal(t, []any{461948.0, 38052.0, 0.0}, h.plafond(), "only the other decree's money is still committed")
}

// TestTheEndOfADecreeFreesItsWorkers: the same person may then be covered for the same days by a new application.
func TestTheEndOfADecreeFreesItsWorkers(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"REVOCA", "ANNULLA"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			id, decree := h.decreed()
			c, examiner := h.as("03", "office"), h.as("03", "examiner")
			verdict := func(ref string) any {
				next := idOf(c.post("/applications", istanza(ref, nil)))
				c.post("/applications/"+next+"/transitions", object{"event": "PROTOCOLLA", "acted_on": "2010-04-06"}, "If-Match", `"2"`)
				examiner.post("/applications/"+next+"/transitions", object{"event": "AVVIA_ISTRUTTORIA", "acted_on": "2010-04-06"}, "If-Match", `"3"`)
				return examiner.post("/applications/"+next+"/examination", object{})["application"].(object)["verdict"]
			}
			require.Equal(t, "INADMISSIBLE", verdict("B1"), "covered by the decree")
			c.post("/decrees/"+decree+"/revocations", object{"kind": kind, "act": "D9", "reason": "x"})
			require.Equal(t, "ADMISSIBLE", verdict("B2"))
			again := h.granted("03", "B3", of("Molino", "12345678903", taxCodes[3]))
			made(t, h.decree("D2", "2010-05-06", again))
			refused := c.send(http.MethodPost, "/decrees", object{"number": "D3", "decree_date": "2010-05-06", "signatory": "D", "application_ids": []string{id}})
			require.Equal(t, "state-conflict", refused.code(t), "what has ended is never decreed again")
		})
	}
}
