package concessions_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit/apitest"
)

// TestAtomic is row 33 of the catalogue: whichever row of a write fails, and even the commit, the answer is 500,
// nothing is stored, and the same key has its effect later. It covers every write of the contract.
func TestAtomic(t *testing.T) {
	t.Parallel()
	calm := open(t)
	behind, s := calm.Sabotaged()
	h := housed(t, behind)
	made := h.tour()
	c := h.as("03", "office")
	draft := "/applications/" + made["draft_id"]
	gone := c.send(http.MethodDelete, draft+"/workers/2", nil, "If-Match", c.version(draft))
	require.Less(t, gone.status, 300, string(gone.raw))
	c.post(draft+"/workers", object{"items": []object{worker(taxCode(2))}}, "If-Match", c.version(draft))
	c.put(draft, "application/json", data("DRAFT", nil), c.version(draft))
	require.Equal(t, http.StatusOK, c.send(http.MethodPost, "/employers/history-searches", object{"tax_code": "12345678903"}).status)
	require.Equal(t, http.StatusOK, c.send(http.MethodPost, "/workers/history-searches", object{"tax_code": "RSSMRA85T10A562S"}).status)
	c.post("/applications/"+made["application_id"]+"/closing", object{"effects_ended": true, "act": "DGR 5/2011"})
	discarded, decree := calm.discarded()
	c.post("/applications/"+discarded+"/rectification", object{"reason": "Codice errato", "rows": []object{{"row": 1, "given_name": "Yila"}}})
	c.post("/decrees/"+decree+"/revocations", object{"kind": "REVOCA", "act": "D10", "reason": "Cessazione"})
	require.Empty(t, s.Wrong)
	for name, r := range reaches {
		method, _, _ := strings.Cut(name, " ")
		if method != http.MethodGet && r != national {
			require.Positive(t, s.Seen[name], "%s was not tried: let this test make it", name)
		}
	}
}

// discarded is one more application that INPS does not take.
func (h *house) discarded() (id, decree string) {
	h.t.Helper()
	h.assign("03", 500000)
	id = h.granted("03", "A9", func(o object) { o["workers"] = []object{worker("RSSMRA80A01H501U")} })
	c := h.as("03", "office")
	decree = made(h.t, h.decree("D9", "2010-05-05", id))
	c.post("/decrees/"+decree+"/transmissions", nil)
	h.as("*", "inps").post("/inps/receipts", receipt(decree, id, "F9", "SCARTATO"))
	return id, decree
}

// TestRetry is row 39 of the catalogue at the edge: a serialization failure in the first row of each write is nothing
// that a client notices; where it comes again and again, the answer is 503 and nothing is stored.
func TestRetry(t *testing.T) {
	t.Parallel()
	calm := open(t)
	behind, s := calm.Sabotaged()
	h := housed(t, behind)
	h.AsOwner("update trap set code = '40001'")
	h.granted("03", "A1", nil)
	require.Empty(t, s.Seen, "no write failed")
	var before, after string
	require.NoError(t, s.Ask(apitest.Stored, &before))
	h.AsOwner(`create or replace function spring() returns trigger language plpgsql security definer set search_path = concessions, public as $$ begin
		perform nextval('failing');
		raise exception 'storm' using errcode = '40001';
	end $$; select setval('failing', 1)`)
	a := calm.as("03", "office").send(http.MethodPost, "/applications", istanza("A2", nil))
	require.Equal(t, []any{http.StatusServiceUnavailable, "unavailable"}, []any{a.status, a.code(t)})
	require.NotEmpty(t, a.header.Get("Retry-After"))
	require.NoError(t, s.Ask(apitest.Stored, &after))
	require.Equal(t, before, after)
	require.NoError(t, s.Ask("select (last_value - 1)::text from failing", &after))
	require.Equal(t, "5", after, "tries")
}
