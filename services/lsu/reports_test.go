package lsu_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAReportAsClosedSaysWhatWasKnownThen(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	february := h.as("18", "reader", "pool:read").report("18", "2010-02", "")
	// Fourteen of thirty-one days of January for W01; ten of twenty-eight of February for W02.
	january, due := 24076+6*asu, 19040+4*asu
	f := february["figures"].(object)
	require.Equal(t, []any{"18", "2010-02", "AS_CLOSED", nil, 7.0, 1.0, 4.0, 5.0}, of(f, "region", "month", "view", "known_on", "at_start", "suspended_at_end", "active_at_end", "at_end"))
	require.Equal(t, []any{object{"cause": "DECESSO", "workers": 1.0}, object{"cause": "STABILIZZAZIONE", "workers": 1.0}}, f["exits"])
	require.Equal(t, []any{float64(due), float64(january + due), float64(plain), float64(plain - january - due), 0.0},
		of(f, "asu_due_cents", "year_due_cents", "funds_cents", "convention_residual_cents", "paid_cents"))
	require.Equal(t, []any{"2010-03-10", "2010-03-11", 53312.0, "INPS circ. 18/2010", "Convenzione 2010", nil},
		of(february, "closes_on", "closed_on", "asu_monthly_cents", "asu_legal_ref", "convention_legal_ref", "year_before"))
	require.Equal(t, object{"month": "2010-01", "at_end": 7.0, "at_end_change": -2.0, "exits": 0.0, "asu_due_cents": float64(january),
		"asu_due_change_cents": float64(due - january)}, february["month_before"])
	require.Equal(t, []any{object{"month": "2010-01", "at_end": 7.0}, object{"month": "2010-02", "at_end": 5.0}}, february["decline"])
	require.Equal(t, []any{
		object{"entity_ref": "E18A", "name": "Comune di E18A", "kind": "COMUNE", "at_start": 4.0, "exits": 2.0, "transferred_in": 1.0, "transferred_out": 0.0,
			"suspended_at_end": 1.0, "active_at_end": 2.0, "at_end": 3.0, "asu_due_cents": float64(19040 + 2*asu)},
		object{"entity_ref": "E18B", "name": "Comune di E18B", "kind": "COMUNE", "at_start": 3.0, "exits": 0.0, "transferred_in": 0.0, "transferred_out": 1.0,
			"suspended_at_end": 0.0, "active_at_end": 2.0, "at_end": 2.0, "asu_due_cents": float64(2 * asu)},
	}, february["entities"])
	require.Equal(t, []any{object{"region": "18", "month_of_reference": "2010-01", "month_received": "2010-03", "movement_ref": "M4", "month_learned": "2010-02",
		"event": "EXIT", "effective_on": "2010-01-16", "received_on": "2010-03-01", "effect_cents": float64(27516 - asu)}}, february["corrections"])
}

func TestAReportAsKnownCountsWhatWasReceivedUpToADay(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	h.learnsLate()
	reader := h.as("18", "reader", "pool:read")
	for on, want := range map[string][]any{
		"2010-01-31": {7.0, float64(24076 + 6*asu), 0},
		"2010-03-01": {6.0, float64(24076 + 27516 + 5*asu), 1},
		"2010-03-15": {5.0, float64(24076 + 27516 + 34395 + 4*asu), 2},
	} {
		r := reader.report("18", "2010-01", "?view=AS_KNOWN&known_on="+on)
		f := r["figures"].(object)
		require.Equal(t, want, []any{f["at_end"], f["asu_due_cents"], len(r["corrections"].([]any))}, on)
		require.Equal(t, []any{"AS_KNOWN", on, nil}, append(of(f, "view", "known_on"), r["closed_on"]), on)
	}
	today := reader.report("18", "2010-12", "?view=AS_KNOWN")
	require.Len(t, today["decline"], 12, "also months that are not closed")
	require.EqualValues(t, 4, today["figures"].(object)["at_end"])
}

func TestTheHashIsThatOfTheReportWithoutWhatComesAfter(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	reader := h.as("18", "reader", "pool:read")
	for _, query := range []string{"", "?view=AS_KNOWN&known_on=2010-03-15"} {
		dec := json.NewDecoder(bytes.NewReader(reader.form("18", "2010-02", query, "application/json").raw))
		dec.UseNumber()
		var r object
		require.NoError(t, dec.Decode(&r))
		said := r["content_sha256"]
		delete(r, "content_sha256")
		delete(r, "closed_on")
		var plain bytes.Buffer
		enc := json.NewEncoder(&plain)
		enc.SetEscapeHTML(false)
		require.NoError(t, enc.Encode(r))
		sum := sha256.Sum256(bytes.TrimSpace(plain.Bytes()))
		require.Equal(t, hex.EncodeToString(sum[:]), said, query)
	}
	require.Equal(t, reader.month("18", "2010-02")["content_sha256"], reader.report("18", "2010-02", "")["content_sha256"])
}

func TestAFrozenReportHasTheSameBytesForEver(t *testing.T) {
	t.Parallel()
	h := open(t).told()
	reader := h.as("18", "reader", "pool:read")
	before, known := reader.forms("18", "2010-02", ""), reader.forms("18", "2010-02", "?view=AS_KNOWN&known_on=2010-03-15")
	require.Equal(t, before, reader.forms("18", "2010-02", ""), "asked twice")
	require.Equal(t, known, reader.forms("18", "2010-02", "?view=AS_KNOWN&known_on=2010-03-15"), "asked twice")
	h.learnsLate()
	require.Equal(t, before, reader.forms("18", "2010-02", ""), "after a later movement")
	require.NotEqual(t, known, reader.forms("18", "2010-02", "?view=AS_KNOWN&known_on=2010-03-15"), "known by then")
	h.closed("18", "2010-03", "2010-04-11")
	h.rename("E18A", "Comune di Altrove")
	require.Equal(t, before, reader.forms("18", "2010-02", ""), "after an entity was renamed")
	require.Contains(t, reader.forms("18", "2010-02", "?view=AS_KNOWN")["application/json"], "Comune di Altrove")
	require.Equal(t, before, h.replica().as("*", "ministry", "pool:read").forms("18", "2010-02", ""), "from another process")
}

func TestMonthsMayBeSubmittedBeforeTheOneBeforeIsClosed(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	h.convention("18", plain)
	for _, month := range []string{"2010-01", "2010-02", "2010-03"} {
		h.office("18").moves("18", month, "SUBMIT", "2010-04-11")
	}
	for _, month := range []string{"2010-01", "2010-02", "2010-03"} {
		h.validator("18").moves("18", month, "CLOSE", "2010-04-11")
	}
	march := h.as("18", "reader", "pool:read").report("18", "2010-03", "")
	require.Len(t, march["decline"], 3)
	require.EqualValues(t, 3*7*asu, march["figures"].(object)["year_due_cents"])
}

// rename corrects the name of an entity.
func (h *house) rename(ref, name string) {
	h.t.Helper()
	etag := h.ministry().send(http.MethodGet, "/entities/"+ref, nil).header.Get("ETag")
	a := h.ministry().send(http.MethodPut, "/entities/"+ref, object{"name": name, "kind": "COMUNE"}, "If-Match", etag)
	require.Equal(h.t, http.StatusOK, a.status, string(a.raw))
}
