package concessions_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// refusedByINPS is an application of two workers that INPS discarded.
func (h *house) refusedByINPS() (id, decree string) {
	h.t.Helper()
	decree, _, ids := h.transmitted()
	h.as("*", "inps").post("/inps/receipts", receipt(decree, ids[0], "F1", "SCARTATO"))
	return ids[0], decree
}

func TestARectificationCorrectsWhatINPSRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, decree := h.refusedByINPS()
	c, books := h.as("03", "office"), h.plafond()
	done := c.post("/applications/"+id+"/rectification", object{"reason": "Codice errato", "rows": []object{
		{"row": 2, "tax_code": "RSSMRA80A01H50MM", "given_name": "Yila"}, {"row": 1, "qualification": "IMPIEGATO", "weekly_hours": 40}}})
	require.Equal(t, "RETTIFICATA", done["application"].(object)["state"])
	require.Equal(t, books, h.plafond(), "the money stays as decreed")
	rows := c.send(http.MethodGet, "/applications/"+id+"/workers", nil).json(t)["items"].([]any)
	first, second := rows[0].(object), rows[1].(object)
	require.Equal(t, []any{"IMPIEGATO", "RSSMRA85T10A562S"}, []any{first["qualification"], first["tax_code"]})
	require.Equal(t, []any{"RSSMRA80A01H50MM", "Yila", "Xawu"}, []any{second["tax_code"], second["given_name"], second["family_name"]})
	var detail string
	require.NoError(t, h.db.Read(context.Background(), "03", func(b *pgx.Batch) {
		b.Queue("select detail::text from transitions where event = 'RETTIFICA'").QueryRow(func(r pgx.Row) error { return r.Scan(&detail) })
	}))
	require.JSONEq(t, `{"rows": [{"row": 2, "fields": ["tax_code", "given_name"]}, {"row": 1, "fields": ["qualification"]}]}`, detail)
	require.Equal(t, []any{id}, c.post("/decrees/"+decree+"/transmissions", nil)["application_ids"])
	found := c.send(http.MethodPost, "/workers/history-searches", object{"tax_code": "RSSMRA80A01H50MM"}).json(t)["items"].([]any)
	require.Len(t, found, 1, "found again under the new code")
	h.granted("03", "A3", func(o object) { o["workers"] = []object{worker("MRTMTT91D08F205J")} }) // who stood there by mistake is free
}

func TestARectificationIsRefusedWhereItWouldGrantSomethingElse(t *testing.T) {
	t.Parallel()
	h := open(t)
	id, _ := h.refusedByINPS()
	c := h.as("03", "office")
	path := "/applications/" + id + "/rectification"
	before := c.send(http.MethodGet, "/applications/"+id+"/workers", nil).json(t)
	for name, x := range map[string]struct {
		rows    []object
		pointer string
	}{
		"an unknown row":                 {[]object{{"row": 3, "contract": "X"}}, "/rows/0/row"},
		"a row twice":                    {[]object{{"row": 1, "contract": "X"}, {"row": 1, "contract": "Y"}}, "/rows/1/row"},
		"a tax code that is wrong":       {[]object{{"row": 1, "tax_code": "RSSMRA85T10A562X"}}, "/rows/0/tax_code"},
		"hours beyond the week":          {[]object{{"row": 1, "weekly_hours": 5}}, "/rows/0/hours_requested"},
		"another amount":                 {[]object{{"row": 1, "weekly_hours": 30}}, "/rows/0"},
		"a colleague's tax code":         {[]object{{"row": 2, "tax_code": "RSSMRA85T10A562S"}}, "/rows/0/tax_code"},
		"who is paid by another already": {[]object{{"row": 2, "tax_code": "RSSMRA80A01H501U"}}, "/rows/0/tax_code"},
		"no change":                      {[]object{{"row": 1}}, "/rows/0"},
	} {
		a := c.send(http.MethodPost, path, object{"reason": "Prova", "rows": x.rows})
		require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s: %s", name, a.raw)
		require.Contains(t, pointers(t, a), x.pointer, name)
	}
	body := object{"reason": "Prova", "rows": []object{{"row": 1, "contract": "X"}}}
	require.Equal(t, http.StatusForbidden, h.as("03", "portal", "applications:file").send(http.MethodPost, path, body).status)
	require.Equal(t, http.StatusNotFound, h.as("07", "stranger").send(http.MethodPost, path, body).status)
	require.Equal(t, before, c.send(http.MethodGet, "/applications/"+id+"/workers", nil).json(t))
	require.Equal(t, []string{"SCARTATA_INPS"}, h.states(id))
	c.post(path, body)
	require.Equal(t, "state-conflict", c.send(http.MethodPost, path, body).code(t), "it is rectified already")
}
