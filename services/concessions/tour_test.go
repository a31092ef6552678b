package concessions_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/stretchr/testify/require"
)

// tour lets administration 03 do everything that leaves something behind or causes an event, once. It returns
// what it made, by the name that its id has in the paths of the contract.
func (h *house) tour() map[string]string {
	h.t.Helper()
	c := h.as("03", "office")
	id, decree := h.authorised()
	h.as("*", "inps").post("/inps/payments", payment(id, "2010-04", 40, 20000))
	c.post("/decrees/"+decree+"/publication", object{"published_on": "2010-05-10"})
	session := c.send(http.MethodGet, "/table-sessions", nil).json(h.t)["items"].([]any)[0].(object)["id"].(string)
	h.as("*", "ministry").post("/parameters", parameter("share.state_percent", 65, "2012-01-01"))
	h.assign("03", 27000)
	second := h.granted("03", "A2", func(o object) { o["workers"] = []object{worker("MRTMTT91D08F205J")} })
	c.post("/applications/"+second+"/commitment", object{"decree_date": "2010-05-05"}) // over the threshold
	plafond := c.send(http.MethodGet, "/plafonds", nil).json(h.t)["items"].([]any)[0].(object)["id"].(string)
	h.as("*", "ministry").post("/plafonds/withdrawals", object{"administration": "03", "year": 2010, "family": "CIG_DEROGA", "cents": 500,
		"act": "DI 2/2010", "withdrawn_on": "2010-06-01"})
	return map[string]string{"plafond_id": plafond, "key": "share.state_percent", "application_id": id, "decree_id": decree, "session_id": session, "row": "1",
		"employer_id": h.registered(), "document_id": h.documented(id), "draft_id": h.corrected()}
}

// put sends a write of one resource that must succeed.
func (c caller) put(path, media string, body any, etag string) object {
	c.h.t.Helper()
	a := c.send(http.MethodPut, path, body, "Content-Type", media, "If-Match", etag)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
	return a.json(c.h.t)
}

func (h *house) registered() string {
	h.t.Helper()
	c := h.as("03", "office")
	employer := object{"tax_code": "01234567897", "name": "Officine Zeta S.r.l.", "employees": 7, "company_type": "ARTIGIANA",
		"ateco_section": "C", "inps_matricola": "9496322419", "units": []object{{"province": "MI"}}}
	id := c.post("/employers", employer)["id"].(string)
	employer["employees"] = 8
	c.put("/employers/"+id, "application/json", employer, `"1"`)
	return id
}

func (h *house) documented(application string) string {
	h.t.Helper()
	c, content := h.as("03", "office"), []byte("%PDF-1.7 verbale")
	sum := sha256.Sum256(content)
	id := c.post("/applications/"+application+"/documents", object{"kind": "VERBALE", "title": "Verbale", "sha256": hex.EncodeToString(sum[:]),
		"media_type": "application/pdf"})["id"].(string)
	c.put("/documents/"+id+"/content", "application/octet-stream", content, "")
	return id
}

// draftList is a worker list of which the second row can't be read.
const draftList = "row,tax_code,family_name,given_name,qualification,contract,weekly_hours,hired_on,monthly_gross_pay_cents,hours_requested,prior_hours_used,did\n" +
	"1,RSSMRA85T10A562S,Xawu,Yoli,OPERAIO,TEMPO_INDETERMINATO,40,2005-01-10,148458,75,0,true\n" +
	"2,VRDLGU80A01F205X,Xawu,Yoli,OPERAIO,TEMPO_INDETERMINATO,many,2005-01-10,148458,75,0,true\n"

// corrected is a draft whose list was replaced, with a row that can't be read.
func (h *house) corrected() string {
	h.t.Helper()
	c := h.as("03", "office")
	id := idOf(c.post("/applications", istanza("DRAFT", func(o object) { o["submit"] = false })))
	c.put("/applications/"+id+"/workers", "text/csv", []byte(draftList), `"1"`)
	return id
}
