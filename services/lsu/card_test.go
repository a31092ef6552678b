package lsu_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func (c caller) card(ref, query string) object {
	c.h.t.Helper()
	a := c.send(http.MethodGet, "/workers/"+c.h.workerID(ref)+query, nil)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
	return a.json(c.h.t)
}

func TestTheCardOfAWorker(t *testing.T) {
	t.Parallel()
	h := open(t).payrolled()
	region := h.as("18", "office")
	months := func(ref string) (out [][]any) {
		for _, m := range region.card(ref, "")["months"].([]any) {
			out = append(out, of(m.(object), "month", "state", "paid_days", "due_cents", "due_as_closed_cents", "paid_cents"))
		}
		return out
	}
	left := months("W04")
	require.Len(t, left, 12, "the months of the convention that have begun")
	require.Equal(t, []any{"2010-01", "USCITO", 10.0, float64(paidFor10), float64(asu), float64(asu)}, left[0], "what came after the closing")
	require.Equal(t, []any{"2010-02", "USCITO", 0.0, 0.0, nil, 0.0}, left[1], "not closed")
	ill := months("W01")
	require.Equal(t, []any{"2010-01", "SOSPESO", 10.0, float64(paidFor10), float64(paidFor10), float64(paidFor10)}, ill[0])
	require.Equal(t, []any{"2010-12", "SOSPESO", 0.0, 0.0, nil, 0.0}, ill[11])
	require.Equal(t, []any{"2010-01", "ATTIVO", 31.0, float64(asu), float64(asu), 0.0}, months("W05")[0], "paid and taken back")

	card := region.card("W04", "")
	require.Equal(t, []any{"W04", "Xawu", "USCITO", "2010-01-10"}, of(card["worker"].(object), "worker_ref", "family_name", "state", "exited_on"))
	require.Equal(t, []any{"M5"}, eachOf(card["movements"].([]any), "movement_ref"))
	refused := region.card("W02", "")["movements"].([]any)[0].(object)
	require.Equal(t, []any{"M2", "REJECTED", []any{"NOT_SUSPENDED"}, nil, false}, of(refused, "movement_ref", "verdict", "codes", "month_learned", "late"))
}

func TestWhoLooksAtACardIsRecorded(t *testing.T) {
	t.Parallel()
	h := open(t).lived()
	path := "/workers/" + h.workerID("W04")
	subject := one[string](h, "select 'worker/' || encode(tax_key, 'hex') from workers where worker_ref = 'W04'")
	h.as("18", "office").card("W04", "")
	h.ministry().card("W04", "?purpose=Verifica")
	h.purposeless(h.ministry().send(http.MethodGet, path, nil), "query:purpose")
	require.Equal(t, []int{2, 1}, []int{h.Audited("worker.read", subject), h.Audited("worker.refused", subject)})
	require.Equal(t, "Verifica", one[string](h, "select purpose from audit_records where action = 'worker.read' and client = 'ministry'"))

	same := func(c caller, path string) answer { return c.send(http.MethodGet, path, nil, "X-Request-Id", "same") }
	other := same(h.as("19", "office"), path)
	absent := same(h.as("19", "office"), "/workers/"+uuid.NewString())
	require.Equal(t, []any{http.StatusNotFound, string(absent.raw)}, []any{other.status, string(other.raw)}, "another Region's worker is as an absent one")
	require.Equal(t, 2, h.Audited("worker.refused", "worker/%-%"), "who tries a worker that he does not see")
	require.Equal(t, 1, h.Audited("worker.refused", "worker/"+h.workerID("W04")))
	require.Equal(t, http.StatusForbidden, h.as("18", "x", "pool:read").send(http.MethodGet, path, nil).status)
}

// TestTheDueOfAClosingStaysAsItWas changes the allowance of a month that is closed: what is known changes, what the
// closing said does not.
func TestTheDueOfAClosingStaysAsItWas(t *testing.T) {
	t.Parallel()
	h := open(t).payrolled()
	region := h.as("18", "office")
	closed, differences := region.items("/regions/18/months/2010-01/allowances"), region.items("/differences?year=2010")
	h.ministry().post("/parameters", object{"key": "asu.monthly_cents", "value": 62000, "valid_from": "2010-01-01", "valid_to": "2010-01-31",
		"legal_ref": "Circ. 9/2010", "act": "DM 9/2010"})
	january := region.card("W02", "")["months"].([]any)[0].(object)
	require.Equal(t, []any{62000.0, float64(asu)}, of(january, "due_cents", "due_as_closed_cents"))
	require.Equal(t, closed, region.items("/regions/18/months/2010-01/allowances"))
	require.Equal(t, differences, region.items("/differences?year=2010"))
	require.EqualValues(t, 62000, region.items("/regions/18/months/2010-01/allowances?view=AS_KNOWN")[1].(object)["due_cents"])
}
