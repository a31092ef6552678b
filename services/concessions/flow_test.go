package concessions_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFromTheApplicationToTheDecree(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.granted("03", "A1", nil)
	c := h.as("03", "office")
	refused := c.send(http.MethodPost, "/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	require.Equal(t, http.StatusConflict, refused.status)
	require.Equal(t, "no-funds", refused.code(t))
	require.EqualValues(t, 38052, refused.json(t)["missing_cents"])
	h.assign("03", 50000)
	committed := c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	require.EqualValues(t, []any{38052.0, 26636.0, 11416.0, 11948.0},
		[]any{committed["committed_cents"], committed["state_cents"], committed["regional_cents"], committed["residual_after_cents"]})
	order := object{"number": "D1", "decree_date": "2010-05-05", "signatory": "Dirigente", "application_ids": []string{id}}
	same := h.as("03", "examiner").send(http.MethodPost, "/decrees", order)
	require.Equal(t, "same-actor", same.code(t))
	decree := c.post("/decrees", order)
	require.EqualValues(t, 38052, decree["committed_cents"])
	again := c.send(http.MethodGet, "/decrees/"+decree["id"].(string), nil).json(t)
	require.Equal(t, decree, again)
	history := c.send(http.MethodGet, "/applications/"+id+"/transitions", nil).json(t)
	require.Equal(t, "DECRETATA", history["state"])
	require.Len(t, history["items"], 7)
}

func TestAPersonIsCoveredOnceInAllItaly(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.granted("03", "A1", nil)
	inLiguria := func(o object) { o["employer"].(object)["units"] = []object{{"province": "GE"}} }
	examiner := h.as("07", "examiner")
	examine := func(ref string) object {
		id := idOf(examiner.post("/applications", istanza(ref, inLiguria)))
		examiner.post("/applications/"+id+"/transitions", object{"event": "PROTOCOLLA"}, "If-Match", `"2"`)
		examiner.post("/applications/"+id+"/transitions", object{"event": "AVVIA_ISTRUTTORIA"}, "If-Match", `"3"`)
		return examiner.post("/applications/"+id+"/examination", object{})
	}
	require.Equal(t, "INADMISSIBLE", examine("B1")["application"].(object)["verdict"])
	found := h.as("03", "office").send(http.MethodGet, "/applications?application_ref=A1", nil).json(t)["items"].([]any)[0].(object)
	h.as("03", "office").post("/applications/"+found["id"].(string)+"/transitions", object{"event": "RINUNCIA"}, "If-Match", `"7"`)
	require.Equal(t, "ADMISSIBLE", examine("B2")["application"].(object)["verdict"], "freed by the renunciation")
}

func TestATransferStartsALinkedFileAtTheReceiver(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	id := idOf(c.post("/applications", istanza("A1", nil)))
	moved := c.post("/applications/"+id+"/transitions", object{"event": "TRASFERISCI", "transfer_to": "07"}, "If-Match", `"2"`)
	require.Equal(t, "TRASFERITA", moved["state"])
	items := h.as("07", "office").send(http.MethodGet, "/applications", nil).json(t)["items"].([]any)
	require.Len(t, items, 1)
	linked := items[0].(object)
	require.Equal(t, []any{id, "2010-04-05", "PRESENTATA"}, []any{linked["linked_application_id"], linked["filed_on"], linked["state"]})
	rows := h.as("07", "office").send(http.MethodGet, "/applications/"+linked["id"].(string)+"/workers", nil).json(t)["items"].([]any)
	require.Equal(t, "RSSMRA85T10A562S", rows[0].(object)["tax_code"])
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	first := c.send(http.MethodPost, "/applications", istanza("A1", nil), "Idempotency-Key", "k1")
	replay := c.send(http.MethodPost, "/applications", istanza("A1", nil), "Idempotency-Key", "k1")
	require.Equal(t, http.StatusCreated, replay.status)
	require.Equal(t, "true", replay.header.Get("Idempotency-Replayed"))
	require.JSONEq(t, string(first.raw), string(replay.raw))
	reused := c.send(http.MethodPost, "/applications", istanza("A2", nil), "Idempotency-Key", "k1")
	require.Equal(t, http.StatusUnprocessableEntity, reused.status)
	require.Equal(t, "idempotency-key-reused", reused.code(t))
	require.Equal(t, "already-exists", c.send(http.MethodPost, "/applications", istanza("A1", nil)).code(t))
	require.Len(t, c.send(http.MethodGet, "/applications", nil).json(t)["items"], 1)
	own := h.as("07", "other").send(http.MethodPost, "/applications", istanza("A1", nil), "Idempotency-Key", "k1")
	require.Equal(t, http.StatusCreated, own.status, "another client's keys are its own")
}

// What was filed wrongly is data: codes that are blank, too long or in lower case are stored as written and judged.
func TestWrongCodesAreFiledAsWritten(t *testing.T) {
	t.Parallel()
	h := open(t)
	written := []string{"", "rssmra85t10a562s", "RSSMRA85T10A562S ", "12345678903"}
	var list []object
	for _, code := range append(slices.Clone(written), "RSSMRA85T10A562S") {
		list = append(list, worker(code))
	}
	for ref, employer := range map[string]string{"A1": "", "A2": "IT12345678903-BIS"} {
		filed := h.as("03", "office").post("/applications", istanza(ref, func(o object) {
			o["workers"] = list
			o["employer"].(object)["tax_code"], o["employer"].(object)["inps_matricola"] = employer, ""
		}))
		require.Equal(t, []any{employer, 4.0, 1.0}, []any{filed["application"].(object)["employer"].(object)["tax_code"],
			filed["application"].(object)["rejected_workers"], filed["application"].(object)["accepted_workers"]})
		kept := h.as("03", "office").send(http.MethodGet, "/applications/"+idOf(filed)+"/workers", nil).json(t)["items"].([]any)
		for i, code := range written {
			require.Equal(t, code, kept[i].(object)["tax_code"])
			require.Equal(t, "CF_INVALID", kept[i].(object)["codes"].([]any)[0].(object)["code"])
		}
	}
	require.Empty(t, h.as("03", "office").send(http.MethodGet, "/employers", nil).json(t)["items"], "the registry takes valid codes only")
}
