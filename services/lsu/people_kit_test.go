package lsu_test

import (
	"net/http"
	"net/url"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// paidFor10, paidFor20 are the allowances of January 2010 for so many days.
const (
	paidFor10 = 17197
	paidFor20 = 34395
)

func moved(ref, worker, event, on, received string, change func(object)) object {
	o := object{"movement_ref": ref, "worker_ref": worker, "event": event, "effective_on": on, "received_on": received}
	if change != nil {
		change(o)
	}
	return o
}

func paid(ref, worker, reported string, cents int) object {
	return object{"payment_ref": ref, "worker_ref": worker, "month": "2010-01", "paid_cents": cents, "paid_on": reported, "reported_on": reported}
}

// lived is the small pool after January 2010, which both Regions have closed: W01 was suspended on the 11th, W08 died
// on the 20th, M2 and M3 were rejected; after the closing it was learned that W04 had left on the 10th.
func (h *house) lived() *house {
	h.t.Helper()
	h.pooled()
	ministry := h.as(auth.AllAdministrations, "ministry", loader...)
	h.convention("18", plain)
	h.convention("19", plain)
	ministry.intake("/movement-intakes", []object{
		moved("M1", "W01", "SUSPEND", "2010-01-11", "2010-01-12", with("cause", "MALATTIA")),
		moved("M2", "W02", "RESUME", "2010-01-15", "2010-01-16", nil),
		moved("M3", "W99", "RESUME", "2010-01-19", "2010-01-20", nil),
		moved("M4", "W08", "EXIT", "2010-01-20", "2010-01-21", with("cause", "DECESSO")),
	})
	for _, region := range []string{"18", "19"} {
		h.closed(region, "2010-01", "2010-02-11")
	}
	ministry.accepted("/movement-intakes", []object{moved("M5", "W04", "EXIT", "2010-01-10", "2010-02-15", with("cause", "PENSIONAMENTO"))})
	return h
}

// payrolled is the pool that has lived, after what INPS reported: W03 had too little and W08 too much, of W05 it paid
// and took back, and W09 to W12 have had nothing.
func (h *house) payrolled() *house {
	h.t.Helper()
	h.lived()
	h.as(auth.AllAdministrations, "inps", loader...).accepted("/payment-intakes", []object{
		paid("P01", "W01", "2010-02-20", paidFor10), paid("P02", "W02", "2010-02-20", asu), paid("P03", "W03", "2010-02-20", 50000),
		paid("P04", "W04", "2010-02-20", asu), paid("P05", "W05", "2010-02-20", asu), paid("P06", "W06", "2010-02-20", asu),
		paid("P07", "W07", "2010-02-20", asu), paid("P08", "W08", "2010-02-20", asu), paid("P09", "W05", "2010-03-20", -asu),
	})
	return h
}

// items reads a list that is there.
func (c caller) items(path string) []any {
	c.h.t.Helper()
	a := c.send(http.MethodGet, path, nil)
	require.Equal(c.h.t, http.StatusOK, a.status, "%s: %s", path, a.raw)
	return a.json(c.h.t)["items"].([]any)
}

// paged reads a list by pages.
func (c caller) paged(path string) (out []any) {
	c.h.t.Helper()
	for cursor := ""; ; {
		page := c.send(http.MethodGet, path+"&cursor="+url.QueryEscape(cursor), nil).json(c.h.t)
		out = append(out, page["items"].([]any)...)
		if cursor = page["next_cursor"].(string); cursor == "" {
			return out
		}
	}
}

// eachOf is one member of each item.
func eachOf(items []any, name string) []any {
	out := make([]any, len(items))
	for i, x := range items {
		out[i] = x.(object)[name]
	}
	return out
}

// purposeless wants a look over all Regions to be refused for want of a purpose, at the place that states it.
func (h *house) purposeless(a answer, pointer string) {
	h.t.Helper()
	require.Equal(h.t, []any{http.StatusForbidden, "purpose-required", []any{pointer}}, []any{a.status, a.code(h.t), a.pointers(h)})
}

// workerID is the id of a worker by his reference.
func (h *house) workerID(ref string) string {
	h.t.Helper()
	return one[string](h, "select id::text from workers where worker_ref = $1", ref)
}
