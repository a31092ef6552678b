package lsu_test

import (
	"net/http"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// sought is the tax code that the contract's example of a search has.
const sought = "NVNSNL60T03Z103W"

// span are the days of a Region's year: when a suspension and an exit are received, and when January is closed between
// them. What is received is received in this order over all Regions.
type span struct{ told, closed, learned string }

var (
	early = span{"2010-01-16", "2010-02-11", "2010-02-15"}
	late  = span{"2010-02-16", "2010-02-17", "2010-02-18"}
)

// tour makes one thing of every kind in Calabria and in Sicilia and causes every event. It returns what Calabria has,
// by the names that paths and bodies give it; ?name is the value of a query.
func (h *house) tour() map[string]string {
	h.t.Helper()
	h.founded()
	h.toured("19", plain, early)
	return h.toured("18", 2*asu+1000, late)
}

// founded is the registry with the pools of two Regions, each with two workers; one row of the list is rejected.
func (h *house) founded() {
	h.t.Helper()
	m := h.ministry()
	m.post("/entities", entity("E18A", "18"))
	m.put("/entities/E18A", object{"name": "Comune di Cosenza", "kind": "COMUNE"}, `"1"`)
	m.accepted("/entity-intakes", []object{entity("E18B", "18"), entity("E19A", "19"), entity("E19B", "19")})
	m.post("/parameters", object{"key": "asu.monthly_cents", "value": 58014, "valid_from": "2014-01-01", "legal_ref": "Circ. 12/2014", "act": "DM 7/2014"})
	m.intake("/pool-intakes", []object{worker(180, "18", "E18A", with("tax_code", sought)), worker(181, "18", "E18B", nil),
		worker(190, "19", "E19A", nil), worker(191, "19", "E19B", nil), worker(182, "18", "E99", nil)})
}

// toured is the beginning of a Region's year: its convention with these funds, its January, and what is learned of it
// after it was closed.
func (h *house) toured(region string, funds int, on span) map[string]string {
	h.t.Helper()
	made := map[string]string{"region": region, "year": "2010", "month": "2010-01", "entity_ref": "E" + region + "A", "key": "asu.monthly_cents",
		"?year": "2010", "?purpose": "Verifica", "worker_ref": "W" + region + "1", "convention_id": h.convention(region, funds)}
	m := h.as(auth.AllAdministrations, "ministry", loader...)
	for act, cents := range map[string]int{"supplements": 1000, "reductions": 500} {
		m.post("/conventions/"+made["convention_id"]+"/"+act, object{"cents": cents, "act": "Addendum", "effective_on": "2010-01-10"})
	}
	h.office(region).put("/regions/"+region+"/contact", object{"office": "Settore Politiche del Lavoro", "email": "lsu@regione.example"}, `"0"`)
	judged := m.intake("/movement-intakes", []object{suspension(region, 0, "2010-01-15", on.told), suspension(region, 9, "2010-01-15", on.told)})
	require.ElementsMatch(h.t, []string{"ACCEPTED", "WORKER_UNKNOWN"}, verdicts(judged))
	made["intake_id"], made["worker_id"] = intakeOf(judged)[len("/intakes/"):], h.workerID("W"+region+"0")
	h.closed(region, "2010-01", on.closed)
	m.accepted("/movement-intakes", []object{{"movement_ref": "X" + region, "worker_ref": "W" + region + "1", "event": "EXIT", "effective_on": "2010-01-20",
		"received_on": on.learned, "cause": "PENSIONAMENTO"}})
	m.accepted("/payment-intakes", []object{{"payment_ref": "P" + region, "worker_ref": "W" + region + "1", "month": "2010-01", "paid_cents": asu,
		"paid_on": on.learned, "reported_on": on.learned}})
	found := h.as(region, "office").send(http.MethodPost, "/workers/searches", object{"tax_code": sought})
	require.Equal(h.t, http.StatusOK, found.status, string(found.raw))
	return made
}

// put sends a write of one resource that must succeed.
func (c caller) put(path string, body object, etag string) {
	c.h.t.Helper()
	a := c.send(http.MethodPut, path, body, "If-Match", etag)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
}
