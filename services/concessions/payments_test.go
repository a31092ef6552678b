package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// payable is an application of two workers over April and May, authorised for all of its 150 hours.
func (h *house) payable() (id string, cents int) {
	h.t.Helper()
	decree, _, ids := h.transmitted()
	inps := h.as("*", "inps")
	inps.post("/inps/receipts", receipt(decree, ids[0], "F1", "ACCOLTO"))
	cents = int(inps.send(http.MethodGet, "/applications/"+ids[0]+"/balance", nil).json(h.t)["granted_cents"].(float64))
	inps.post("/inps/authorisations", object{"application_id": ids[0], "number": "000000000001", "authorised_on": "2010-05-20", "hours": 150, "cents": cents})
	return ids[0], cents
}

func pays(id, month string, rows ...object) object {
	return object{"application_id": id, "month": month, "receipt_number": "SR41-" + month, "rows": rows}
}

func paidRow(row, hours, cents int) object { return object{"row": row, "hours": hours, "cents": cents} }

func TestGrantedAgainstPaidRowByRow(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, cents := h.payable()
	inps, reader := h.as("*", "inps"), h.as("03", "portal", "applications:read")
	inps.post("/inps/payments", pays(id, "2010-04", paidRow(1, 40, 20000), paidRow(2, 30, 15000)))
	inps.post("/inps/payments", pays(id, "2010-05", paidRow(1, 5, 2500)))
	list := reader.send(http.MethodGet, "/applications/"+id+"/payments", nil).json(t)["items"].([]any)
	require.Len(t, list, 2)
	first, second := list[0].(object), list[1].(object)
	require.Equal(t, []any{1.0, 75.0, 45.0, 22500.0}, []any{first["row"], first["granted_hours"], first["paid_hours"], first["paid_cents"]})
	require.Equal(t, []any{object{"month": "2010-04", "hours": 40.0, "cents": 20000.0, "receipt_number": "SR41-2010-04"},
		object{"month": "2010-05", "hours": 5.0, "cents": 2500.0, "receipt_number": "SR41-2010-05"}}, first["months"])
	require.Equal(t, []any{30.0, 15000.0}, []any{second["paid_hours"], second["paid_cents"]})
	require.EqualValues(t, cents, first["granted_cents"].(float64)+second["granted_cents"].(float64))
	balance := reader.send(http.MethodGet, "/applications/"+id+"/balance", nil).json(t)
	require.Equal(t, []any{150.0, 75.0, 37500.0, float64(cents - 37500)}, []any{balance["granted_hours"], balance["paid_hours"], balance["paid_cents"], balance["unused_cents"]})
	require.Len(t, h.told("it.w2w.concessions.application.paid.v1"), 2)
	require.Equal(t, 2, h.Audited("application.pay", "application/"+id))
	for _, path := range []string{"/payments", "/balance"} {
		require.Equal(t, http.StatusNotFound, h.as("07", "stranger").send(http.MethodGet, "/applications/"+id+path, nil).status)
	}
}

func TestAPaymentIsRefusedAtItsFieldAndChangesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, cents := h.payable()
	inps := h.as("*", "inps")
	inps.post("/inps/payments", pays(id, "2010-04", paidRow(1, 40, 20000)))
	before := inps.send(http.MethodGet, "/applications/"+id+"/payments", nil).json(t)
	books := h.plafond()
	for name, x := range map[string]struct {
		body    object
		status  int
		pointer string
	}{
		"before the period":                {pays(id, "2010-03", paidRow(1, 1, 1)), 422, "/month"},
		"after the period":                 {pays(id, "2010-06", paidRow(1, 1, 1)), 422, "/month"},
		"a month that does not exist":      {pays(id, "2010-13", paidRow(1, 1, 1)), 422, "/month"},
		"an hour beyond the authorisation": {pays(id, "2010-05", paidRow(1, 55, 1), paidRow(2, 56, 1)), 422, "/rows"},
		"a cent beyond the authorisation":  {pays(id, "2010-05", paidRow(2, 1, cents-20000+1)), 422, "/rows"},
		"an unknown row":                   {pays(id, "2010-05", paidRow(1, 1, 1), paidRow(3, 1, 1)), 422, "/rows/1/row"},
		"a row twice":                      {pays(id, "2010-05", paidRow(1, 1, 1), paidRow(1, 1, 1)), 422, "/rows/1/row"},
		"a month twice":                    {pays(id, "2010-04", paidRow(2, 1, 1), paidRow(1, 1, 1)), 409, "/rows/1/row"},
		"negative hours":                   {pays(id, "2010-05", paidRow(1, -1, 1)), 422, "/rows/0/hours"},
		"negative cents":                   {pays(id, "2010-05", paidRow(1, 1, -1)), 422, "/rows/0/cents"},
		"absurd cents":                     {pays(id, "2010-05", paidRow(1, 1, 1e9)), 422, "/rows/0/cents"},
		"nobody":                           {pays(id, "2010-05"), 422, "/rows"},
	} {
		a := inps.send(http.MethodPost, "/inps/payments", x.body)
		require.Equal(t, x.status, a.status, "%s: %s", name, a.raw)
		require.Equal(t, []any{x.pointer}, pointers(t, a), name)
	}
	require.Equal(t, http.StatusForbidden, h.as("03", "portal", "applications:read", "applications:file").send(http.MethodPost, "/inps/payments", pays(id, "2010-05", paidRow(1, 1, 1))).status)
	require.Equal(t, before, inps.send(http.MethodGet, "/applications/"+id+"/payments", nil).json(t))
	require.Equal(t, books, h.plafond())
}

func TestNothingIsPaidBeforeTheAuthorisation(t *testing.T) {
	t.Parallel()
	h := open(t)
	decree, _, ids := h.transmitted()
	inps := h.as("*", "inps")
	inps.post("/inps/receipts", receipt(decree, ids[0], "F1", "ACCOLTO"))
	a := inps.send(http.MethodPost, "/inps/payments", pays(ids[0], "2010-04", paidRow(1, 1, 1)))
	require.Equal(t, []any{http.StatusConflict, "state-conflict"}, []any{a.status, a.code(t)})
	list := inps.send(http.MethodGet, "/applications/"+ids[0]+"/payments", nil).json(t)["items"].([]any)
	require.EqualValues(t, 0, list[0].(object)["paid_cents"])
}
