package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// twoWorkers is an application of April and May with a second worker.
func twoWorkers(o object) {
	o["period_to"] = "2010-05-31"
	o["workers"] = []object{worker("RSSMRA85T10A562S"), worker("MRTMTT91D08F205J")}
}

// transmitted decrees two applications in one act and hands them to INPS.
func (h *house) transmitted() (decree, correlation string, ids []string) {
	h.t.Helper()
	h.assign("03", 500000)
	c := h.as("03", "office")
	other := func(o object) { o["workers"] = []object{worker("RSSMRA80A01H501U")} }
	ids = []string{h.granted("03", "A1", twoWorkers), h.granted("03", "A2", other)}
	for _, id := range ids {
		c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	}
	made := c.post("/decrees", object{"number": "D1", "decree_date": "2010-05-05", "signatory": "Dirigente", "application_ids": ids})
	decree = made["id"].(string)
	sent := c.post("/decrees/"+decree+"/transmissions", nil)
	require.Len(h.t, sent["application_ids"], 2)
	return decree, sent["correlation_id"].(string), ids
}

func (h *house) states(ids ...string) (out []string) {
	h.t.Helper()
	for _, id := range ids {
		out = append(out, h.as("*", "inps").send(http.MethodGet, "/applications/"+id, nil).json(h.t)["state"].(string))
	}
	return out
}

func fileReceipt(decree, file, outcome string) object {
	o := object{"decree_id": decree, "file_id": file, "level": "FILE", "outcome": outcome}
	if outcome == "SCARTATO" {
		o["code"] = "XSD"
	}
	return o
}

func TestAFileThatWasOnlyReceivedMovesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	decree, correlation, ids := h.transmitted()
	inps := h.as("*", "inps")
	require.Empty(t, inps.post("/inps/receipts", fileReceipt(decree, "F1", "RICEVUTO"))["application_ids"])
	require.Equal(t, 1, h.Audited("receipt.receive", "decree/"+decree))
	require.Equal(t, []string{"TRASMESSA_INPS", "TRASMESSA_INPS"}, h.states(ids...))
	require.Len(t, inps.post("/inps/receipts", receipt(decree, ids[0], "F1", "ACCOLTO"))["application_ids"], 1, "the file's records are answered under its name")
	late := inps.send(http.MethodPost, "/inps/receipts", fileReceipt(decree, "F2", "SCARTATO"))
	require.Equal(t, "state-conflict", late.code(t), "one of its records is accepted already")
	inps.post("/inps/receipts", receipt(decree, ids[1], "F3", "ACCOLTO"))
	require.Equal(t, []string{"ACCETTATA_INPS", "ACCETTATA_INPS"}, h.states(ids...))
	list := h.as("03", "office").send(http.MethodGet, "/decrees/"+decree+"/receipts", nil).json(t)["items"].([]any)
	require.Len(t, list, 3)
	oldest := list[2].(object)
	require.Equal(t, []any{"F1", "FILE", "RICEVUTO", correlation}, []any{oldest["file_id"], oldest["level"], oldest["outcome"], oldest["correlation_id"]})
}

func TestADiscardedFileDiscardsAllThatItCarried(t *testing.T) {
	t.Parallel()
	h := open(t)
	decree, first, ids := h.transmitted()
	inps, c := h.as("*", "inps"), h.as("03", "office")
	require.ElementsMatch(t, ids, inps.post("/inps/receipts", fileReceipt(decree, "F1", "SCARTATO"))["application_ids"])
	require.Equal(t, []string{"SCARTATA_INPS", "SCARTATA_INPS"}, h.states(ids...))
	read := c.send(http.MethodGet, "/applications/"+ids[0], nil)
	c.post("/applications/"+ids[0]+"/transitions", object{"event": "RETTIFICA", "reason": "Formato"}, "If-Match", read.header.Get("ETag"))
	again := c.post("/decrees/"+decree+"/transmissions", nil)
	require.Equal(t, []any{ids[0]}, again["application_ids"])
	stale := receipt(decree, ids[0], "F2", "ACCOLTO")
	stale["correlation_id"] = first
	require.Equal(t, "state-conflict", inps.send(http.MethodPost, "/inps/receipts", stale).code(t), "the first transmission has its answer")
	require.Equal(t, []string{"TRASMESSA_INPS", "SCARTATA_INPS"}, h.states(ids...))
	other := inps.send(http.MethodPost, "/inps/receipts", receipt(decree, ids[1], "F2", "ACCOLTO"))
	require.Equal(t, []any{"/records/0/application_id"}, pointers(t, other), "not of the latest transmission")
	stale["correlation_id"] = again["correlation_id"]
	inps.post("/inps/receipts", stale)
	require.Equal(t, []string{"ACCETTATA_INPS", "SCARTATA_INPS"}, h.states(ids...))
}

func TestAReceiptIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	h := open(t)
	decree, _, ids := h.transmitted()
	inps := h.as("*", "inps")
	with := func(o object, key string, value any) object { o[key] = value; return o }
	record := func(key string, value any) object {
		o := receipt(decree, ids[1], "F", "SCARTATO")
		o["records"].([]object)[0][key] = value
		return o
	}
	reject := receipt(decree, ids[0], "F", "SCARTATO")
	delete(reject["records"].([]object)[0], "code")
	noCode := fileReceipt(decree, "F", "SCARTATO")
	delete(noCode, "code")
	for name, x := range map[string]struct {
		body    object
		pointer string
	}{
		"a file without an outcome":      {object{"decree_id": decree, "file_id": "F", "level": "FILE"}, "/outcome"},
		"a file with records":            {with(fileReceipt(decree, "F", "RICEVUTO"), "records", []object{{"application_id": ids[0], "outcome": "ACCOLTO"}}), "/records"},
		"a discarded file, nobody knows": {noCode, "/code"},
		"records with an outcome":        {with(receipt(decree, ids[0], "F", "ACCOLTO"), "outcome", "RICEVUTO"), "/outcome"},
		"records without records":        {object{"decree_id": decree, "file_id": "F", "level": "RECORD"}, "/records"},
		"a discard, nobody knows why":    {reject, "/records/0/code"},
		"an unknown row":                 {record("row", 2), "/records/0/row"},
		"an unknown application":         {record("application_id", "018f0000-0000-7000-8000-000000000000"), "/records/0/application_id"},
		"an unknown transmission":        {with(receipt(decree, ids[0], "F", "ACCOLTO"), "correlation_id", decree), "/correlation_id"},
		"an unknown outcome":             {record("outcome", "FORSE"), "/records/0/outcome"},
	} {
		a := inps.send(http.MethodPost, "/inps/receipts", x.body)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: %s", name, a.raw)
		require.Contains(t, pointers(t, a), x.pointer, name)
	}
	require.Equal(t, http.StatusForbidden, h.as("03", "portal", "applications:read", "applications:decree").send(http.MethodPost, "/inps/receipts", receipt(decree, ids[0], "F", "ACCOLTO")).status)
	require.Equal(t, []string{"TRASMESSA_INPS", "TRASMESSA_INPS"}, h.states(ids...))
	require.Empty(t, inps.send(http.MethodGet, "/decrees/"+decree+"/receipts", nil).json(t)["items"])
}

func TestAReceiptCountsOnceForItsFile(t *testing.T) {
	t.Parallel()
	h := open(t)
	decree, _, ids := h.transmitted()
	inps := h.as("*", "inps")
	inps.post("/inps/receipts", receipt(decree, ids[0], "F1", "ACCOLTO"))
	for _, body := range []object{receipt(decree, ids[0], "F1", "ACCOLTO"), receipt(decree, ids[1], "F1", "SCARTATO")} {
		twice := inps.send(http.MethodPost, "/inps/receipts", body)
		require.Equal(t, []any{http.StatusConflict, "already-exists"}, []any{twice.status, twice.code(t)})
		require.Equal(t, []any{"/file_id"}, pointers(t, twice))
	}
	require.Equal(t, []string{"ACCETTATA_INPS", "TRASMESSA_INPS"}, h.states(ids...))
	require.Len(t, inps.send(http.MethodGet, "/decrees/"+decree+"/receipts", nil).json(t)["items"], 1)
}

func TestAnAuthorisationStaysWithinTheDecree(t *testing.T) {
	t.Parallel()
	h := open(t)
	decree, _, ids := h.transmitted()
	inps := h.as("*", "inps")
	body := func(id, number, on string, hours, cents int) object {
		return object{"application_id": id, "number": number, "authorised_on": on, "hours": hours, "cents": cents}
	}
	early := inps.send(http.MethodPost, "/inps/authorisations", body(ids[0], "000000000001", "2010-05-20", 1, 1))
	require.Equal(t, "state-conflict", early.code(t), "not accepted yet")
	for i, id := range ids {
		inps.post("/inps/receipts", receipt(decree, id, []string{"F1", "F2"}[i], "ACCOLTO"))
	}
	granted := inps.send(http.MethodGet, "/applications/"+ids[0]+"/balance", nil).json(t)
	hours, cents := int(granted["granted_hours"].(float64)), int(granted["granted_cents"].(float64))
	require.Equal(t, 150, hours)
	for name, x := range map[string]struct {
		body    object
		pointer string
	}{
		"an hour too many":  {body(ids[0], "000000000001", "2010-05-20", hours+1, cents), "/hours"},
		"a cent too many":   {body(ids[0], "000000000001", "2010-05-20", hours, cents+1), "/cents"},
		"before the decree": {body(ids[0], "000000000001", "2010-05-04", hours, cents), "/authorised_on"},
		"eleven digits":     {body(ids[0], "00000000001", "2010-05-20", hours, cents), "/number"},
		"negative hours":    {body(ids[0], "000000000001", "2010-05-20", -1, cents), "/hours"},
	} {
		a := inps.send(http.MethodPost, "/inps/authorisations", x.body)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: %s", name, a.raw)
		require.Equal(t, []any{x.pointer}, pointers(t, a), name)
	}
	inps.post("/inps/authorisations", body(ids[0], "000000000001", "2010-05-20", hours, cents))
	taken := inps.send(http.MethodPost, "/inps/authorisations", body(ids[1], "000000000001", "2010-05-20", 1, 1))
	require.Equal(t, []any{http.StatusConflict, "already-exists"}, []any{taken.status, taken.code(t)})
	require.Equal(t, []any{"/number"}, pointers(t, taken))
	require.Equal(t, []string{"AUTORIZZATA_INPS", "ACCETTATA_INPS"}, h.states(ids...))
	twice := inps.send(http.MethodPost, "/inps/authorisations", body(ids[0], "000000000002", "2010-05-20", 1, 1))
	require.Equal(t, "state-conflict", twice.code(t))
}
