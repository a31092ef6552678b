package concessions_test

import (
	"net/http"
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
	housed(t, behind).everyWrite(calm)
	s.RequireTried(t, func(route string) bool { return reaches[route] == apitest.National })
}

// TestIdem is rows 26 to 29 of the catalogue: every write that takes a key has one effect under it, however often and
// however many at once send it.
func TestIdem(t *testing.T) {
	t.Parallel()
	calm := open(t)
	behind, s := calm.Repeated()
	housed(t, behind).everyWrite(calm)
	s.RequireTried(t)
}

// everyWrite makes every write of the contract; what only prepares them is made in the calm house.
func (h *house) everyWrite(calm *house) {
	h.t.Helper()
	made := h.tour()
	c := h.as("03", "office")
	draft := "/applications/" + made["draft_id"]
	gone := c.send(http.MethodDelete, draft+"/workers/2", nil, "If-Match", c.version(draft))
	require.Less(h.t, gone.status, 300, string(gone.raw))
	c.post(draft+"/workers", object{"items": []object{worker(taxCode(2))}}, "If-Match", c.version(draft))
	c.put(draft, "application/json", data("DRAFT", nil), c.version(draft))
	require.Equal(h.t, http.StatusOK, c.send(http.MethodPost, "/employers/history-searches", object{"tax_code": "12345678903"}).status)
	require.Equal(h.t, http.StatusOK, c.send(http.MethodPost, "/workers/history-searches", object{"tax_code": "RSSMRA85T10A562S"}).status)
	c.post("/applications/"+made["application_id"]+"/closing", object{"effects_ended": true, "act": "DGR 5/2011"})
	discarded, decree := calm.discarded()
	c.post("/applications/"+discarded+"/rectification", object{"reason": "Codice errato", "rows": []object{{"row": 1, "given_name": "Yila"}}})
	c.post("/decrees/"+decree+"/revocations", object{"kind": "REVOCA", "act": "D10", "reason": "Cessazione"})
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
	calm.RequireRetries(t, func(behind *apitest.House) { housed(t, behind).granted("03", "A1", nil) },
		func() apitest.Answer {
			return calm.as("03", "office").Send(http.MethodPost, "/applications", istanza("A2", nil))
		})
}
