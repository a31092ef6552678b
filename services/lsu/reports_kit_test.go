package lsu_test

import (
	"net/http"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

const pdfMedia = "application/pdf"

func movement(ref, worker, event, effective, received, cause string) object {
	o := object{"movement_ref": ref, "worker_ref": worker, "event": event, "effective_on": effective, "received_on": received}
	if cause != "" {
		o["cause"] = cause
	}
	return o
}

// moved takes movements that must all be accepted.
func (h *house) moved(list ...object) {
	h.t.Helper()
	h.as(auth.AllAdministrations, "ministry", loader...).accepted("/movement-intakes", list)
}

// told is the small pool with conventions for 2010 and what happened in Calabria: January and February are closed,
// February has learned of an exit in January.
func (h *house) told() *house {
	h.t.Helper()
	h.pooled()
	h.convention("18", plain)
	h.convention("19", plain)
	transfer := movement("M3", "W05", "TRANSFER", "2010-02-05", "2010-02-20", "")
	transfer["to_entity"] = "E18A"
	h.moved(movement("M1", "W01", "SUSPEND", "2010-01-15", "2010-01-20", "MALATTIA"), movement("M2", "W02", "EXIT", "2010-02-10", "2010-02-12", "STABILIZZAZIONE"),
		transfer, movement("M4", "W03", "EXIT", "2010-01-16", "2010-03-01", "DECESSO"))
	h.closed("18", "2010-01", "2010-02-11")
	h.closed("18", "2010-02", "2010-03-11")
	return h
}

// learnsLate tells the register of an exit from which January has been closed for long.
func (h *house) learnsLate() {
	h.t.Helper()
	h.moved(movement("M5", "W04", "EXIT", "2010-01-20", "2010-03-15", "PENSIONAMENTO"))
}

func reportPath(region, month, query string) string {
	return monthPath(region, month) + "/report" + query
}

// report reads a report as JSON.
func (c caller) report(region, month, query string) object {
	c.h.t.Helper()
	a := c.send(http.MethodGet, reportPath(region, month, query), nil)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
	return a.json(c.h.t)
}

// form reads a report in a form.
func (c caller) form(region, month, query, media string) answer {
	c.h.t.Helper()
	a := c.send(http.MethodGet, reportPath(region, month, query), nil, "Accept", media)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
	require.Equal(c.h.t, media, a.header.Get("Content-Type"))
	return a
}

// forms are the bytes of a report in all forms.
func (c caller) forms(region, month, query string) map[string]string {
	c.h.t.Helper()
	out := map[string]string{}
	for _, media := range []string{"application/json", csvMedia, xlsxMedia, pdfMedia} {
		out[media] = string(c.form(region, month, query, media).raw)
	}
	return out
}
