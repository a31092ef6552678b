package concessions_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// atRest is what the tables hold of lists and looks, as somebody would read it who has the database alone.
func (h *house) atRest() (all string) {
	h.t.Helper()
	require.NoError(h.t, h.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue(`select concat((select json_agg(w) from application_workers w), (select json_agg(u) from unread_rows u),
			(select json_agg(a) from audit_records a), (select json_agg(t) from transitions t))`).QueryRow(func(r pgx.Row) error { return r.Scan(&all) })
	}))
	require.Contains(h.t, all, "application.correct")
	return all
}

// TestNobodyIsNamedInLogsErrorsAndEvents goes through the calls that carry people, well and badly, then takes
// a table away so that failures are logged too.
func TestNobodyIsNamedInLogsErrorsAndEvents(t *testing.T) {
	t.Parallel()
	heard, ear := service.OpenHeard(t)
	h := housed(t, heard)
	c, inps := h.as("03", "office"), h.as("*", "inps")
	secrets := []string{taxCode(1), taxCode(2), taxCode(3), "Xawu", "Yoli", companyCode(1), "Zefiro"}
	send := func(by caller, method, path string, body any, headers ...string) answer {
		return answered(ear.Send(by.Caller, method, path, body, headers...))
	}
	employer := send(c, http.MethodPost, "/employers", firm(1, nil)).json(t)["id"].(string)
	send(c, http.MethodPost, "/employers", firm(1, nil))
	send(c, http.MethodPut, "/employers/"+employer, firm(1, func(o object) { o["tax_code"] = taxCode(3) }), "If-Match", `"1"`)
	path := c.draft("A1", worker(taxCode(1)))
	for _, list := range []string{line("", taxCode(1)) + line("", taxCode(2)), columns + line("", taxCode(1)) + line("", taxCode(1)+"\"x"),
		columns + line("", taxCode(3)) + "\xff", columns + taxCode(2) + ",Xawu,Yoli\n" + line("", strings.Repeat(taxCode(1), 3))} {
		send(c, http.MethodPut, path+"/workers", []byte(list), "Content-Type", csvMedia, "If-Match", c.version(path))
	}
	for _, list := range []string{ndjson(taxCode(1)), strings.ReplaceAll(ndjson(taxCode(2)), "2005-01-10", taxCode(3)), `{"items":[` + ndjson(taxCode(1)) + `,]}`} {
		send(c, http.MethodPost, path+"/workers", []byte(list), "Content-Type", ndjsonMedia, "If-Match", c.version(path))
		send(c, http.MethodPost, path+"/workers", []byte(list), "If-Match", c.version(path))
	}
	send(c, http.MethodPost, path+"/transitions", object{"event": "PRESENTA"}, "If-Match", c.version(path))
	send(c, http.MethodPut, path+"/workers", []byte(columns+line("", taxCode(2))), "Content-Type", csvMedia, "If-Match", c.version(path))
	send(c, http.MethodPost, path+"/transitions", object{"event": "PRESENTA"}, "If-Match", c.version(path))
	send(c, http.MethodPost, "/applications", istanza("A1", func(o object) { o["workers"] = []object{worker(taxCode(1))} }))
	send(c, http.MethodPost, "/applications", istanza("A3", func(o object) { o["employer"].(object)["company_type"] = taxCode(2) }))
	for _, by := range []caller{c, inps, h.as("03", "reader", "applications:read")} {
		send(by, http.MethodPost, "/workers/history-searches", object{"tax_code": taxCode(2)})
		send(by, http.MethodPost, "/workers/history-searches", object{"tax_code": taxCode(2), "purpose": "Verifica"})
		send(by, http.MethodPost, "/employers/history-searches", object{"tax_code": companyCode(1), "cursor": taxCode(1)})
		send(by, http.MethodPost, "/employers/searches", object{"tax_code": companyCode(1), "name": "Zefiro"})
		send(by, http.MethodGet, path+"/workers", nil)
		send(by, http.MethodGet, path+"/failed-rows", nil, "Accept", "application/xml")
	}
	require.Equal(t, http.StatusOK, send(c, http.MethodPut, c.draft("A5")+"/workers", []byte(`{"`+taxCode(1)+`":{"name":"Xawu"}}`+"\nXawu "+taxCode(2)), "Content-Type", ndjsonMedia, "If-Match", `"1"`).status)
	ear.Hear(h.atRest())
	h.AsOwner("alter table application_workers rename to gone")
	require.GreaterOrEqual(t, send(c, http.MethodPost, "/applications", istanza("A4", func(o object) { o["workers"] = []object{worker(taxCode(1))} })).status, 500)
	require.GreaterOrEqual(t, send(c, http.MethodPost, "/workers/history-searches", object{"tax_code": taxCode(2)}).status, 500)
	ear.RequireSilence(t, secrets...)
}
