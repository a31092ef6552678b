package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// decreed brings one application to its decree; it costs 38,052 cents of a plafond of 50,000.
func (h *house) decreed() (id, decree string) {
	h.t.Helper()
	h.assign("03", 50000)
	id = h.granted("03", "A1", nil)
	c := h.as("03", "office")
	c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	made := c.post("/decrees", object{"number": "D1", "decree_date": "2010-05-05", "signatory": "Dirigente", "application_ids": []string{id}})
	return id, made["id"].(string)
}

func (h *house) plafond() []any {
	h.t.Helper()
	p := h.as("03", "office").send(http.MethodGet, "/plafonds", nil).json(h.t)["items"].([]any)[0].(object)
	return []any{p["available_cents"], p["committed_cents"], p["spent_cents"]}
}

func receipt(decree, id, file, outcome string) object {
	record := object{"application_id": id, "outcome": outcome, "row": 1}
	if outcome == "SCARTATO" {
		record["code"], record["field"] = "HOURS", "weekly_hours"
	}
	return object{"decree_id": decree, "file_id": file, "level": "RECORD", "records": []object{record}}
}

// authorised brings it further, to INPS's authorisation of 60 hours and 30,000 cents.
func (h *house) authorised() (id, decree string) {
	h.t.Helper()
	id, decree = h.decreed()
	inps := h.as("*", "inps")
	h.as("03", "office").post("/decrees/"+decree+"/transmissions", nil)
	inps.post("/inps/receipts", receipt(decree, id, "F1", "ACCOLTO"))
	inps.post("/inps/authorisations", object{"application_id": id, "number": "123456789012", "authorised_on": "2010-05-20", "hours": 60, "cents": 30000})
	return id, decree
}

func payment(id, month string, hours, cents int) object {
	return object{"application_id": id, "month": month, "receipt_number": "R-" + month, "rows": []object{{"row": 1, "hours": hours, "cents": cents}}}
}

func TestFromTheDecreeToTheClosing(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, _ := h.authorised()
	inps, c := h.as("*", "inps"), h.as("03", "office")
	over := inps.send(http.MethodPost, "/inps/payments", payment(id, "2010-04", 61, 100))
	require.Equal(t, http.StatusUnprocessableEntity, over.status, "61 hours of 60")
	after := inps.post("/inps/payments", payment(id, "2010-04", 50, 25000))
	twice := inps.send(http.MethodPost, "/inps/payments", payment(id, "2010-04", 1, 1))
	require.Equal(t, http.StatusConflict, twice.status, "a month is paid once")
	require.Equal(t, []any{25000.0, 50.0, 13052.0}, []any{after["paid_cents"], after["paid_hours"], after["unused_cents"]})
	require.Equal(t, []any{11948.0, 13052.0, 25000.0}, h.plafond())
	without := c.send(http.MethodPost, "/applications/"+id+"/closing", object{"effects_ended": true})
	require.Contains(t, pointers(t, without), "/act")
	closed := c.post("/applications/"+id+"/closing", object{"effects_ended": true, "act": "DGR 5/2011"})
	require.Equal(t, []any{"CHIUSA", 0.0, 13052.0}, []any{closed["state"], closed["unused_cents"], closed["released_cents"]})
	require.Equal(t, []any{25000.0, 0.0, 25000.0}, h.plafond())
}

func TestClosingWithoutAnActKeepsTheUnusedCommitted(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, _ := h.authorised()
	h.as("*", "inps").post("/inps/payments", payment(id, "2010-04", 40, 20000))
	closed := h.as("03", "office").post("/applications/"+id+"/closing", object{"effects_ended": false})
	require.Equal(t, []any{"CHIUSA", 18052.0, 0.0}, []any{closed["state"], closed["unused_cents"], closed["released_cents"]})
	require.Equal(t, []any{11948.0, 18052.0, 20000.0}, h.plafond())
}

func TestADiscardedRecordIsRectifiedAndSentAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, decree := h.decreed()
	c, inps := h.as("03", "office"), h.as("*", "inps")
	early := inps.send(http.MethodPost, "/inps/receipts", receipt(decree, id, "F0", "ACCOLTO"))
	require.Equal(t, "state-conflict", early.code(t), "not sent yet")
	c.post("/decrees/"+decree+"/transmissions", nil)
	inps.post("/inps/receipts", receipt(decree, id, "F1", "SCARTATO"))
	read := c.send(http.MethodGet, "/applications/"+id, nil)
	c.post("/applications/"+id+"/transitions", object{"event": "RETTIFICA", "reason": "Orario corretto"}, "If-Match", read.header.Get("ETag"))
	c.post("/decrees/"+decree+"/transmissions", nil)
	inps.post("/inps/receipts", receipt(decree, id, "F2", "ACCOLTO"))
	require.Equal(t, "ACCETTATA_INPS", c.send(http.MethodGet, "/applications/"+id, nil).json(t)["state"])
	nothing := c.send(http.MethodPost, "/decrees/"+decree+"/transmissions", nil)
	require.Equal(t, "state-conflict", nothing.code(t))
}

func TestARevocationReleasesWhatWasNotSpent(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, decree := h.authorised()
	h.as("*", "inps").post("/inps/payments", payment(id, "2010-04", 40, 20000))
	order := object{"kind": "REVOCA", "act": "D9", "reason": "Cessazione dell'attività"}
	require.Equal(t, http.StatusNotFound, h.as("07", "stranger").send(http.MethodPost, "/decrees/"+decree+"/revocations", order).status)
	revoked := h.as("03", "office").post("/decrees/"+decree+"/revocations", order)
	require.EqualValues(t, 18052, revoked["released_cents"])
	require.Equal(t, []any{30000.0, 0.0, 20000.0}, h.plafond())
	late := h.as("*", "inps").send(http.MethodPost, "/inps/payments", payment(id, "2010-05", 1, 1))
	require.Equal(t, "state-conflict", late.code(t), "payments have stopped")
}

func TestTheExplanationEndsAtTheEstimate(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := idOf(h.as("03", "office").post("/applications", istanza("A1", nil)))
	x := h.as("03", "office").send(http.MethodGet, "/applications/"+id+"/estimate/explanation?row=1", nil).json(t)
	require.Equal(t, []any{"418575/11", 38052.0}, []any{x["exact_cents"], x["rounded_cents"]}, "worked example 1 of the season")
	require.NotEmpty(t, x["sources"])
	require.Equal(t, http.StatusNotFound, h.as("03", "office").send(http.MethodGet, "/applications/"+id+"/estimate/explanation?row=2", nil).status)
	require.Equal(t, http.StatusForbidden, h.as("03", "reader", "applications:read").send(http.MethodGet, "/applications/"+id+"/estimate/explanation?row=1", nil).status)
}
