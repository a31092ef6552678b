package lsu_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
)

// atRest is what the tables hold, as somebody would read it who has the database alone. The cause of a movement is
// part of it; who moved is not.
func (h *house) atRest() (all string) {
	h.t.Helper()
	require.NoError(h.t, h.db.Read(context.Background(), auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue(`select concat((select json_agg(w) from workers w), (select json_agg(f) from failed_rows f), (select json_agg(i) from intakes i),
			(select json_agg(m.movement_ref || m.worker_ref || m.to_entity || m.codes::text) from movements m), (select json_agg(p) from payments p),
			(select json_agg(a) from audit_records a), (select json_agg(r) from reports r), (select json_agg(t) from month_transitions t))`).
			QueryRow(func(r pgx.Row) error { return r.Scan(&all) })
	}))
	require.Contains(h.t, all, "workers.search")
	return all
}

// elsewhere is a list of a Region whose pool is not sealed.
func elsewhere(list string) string { return strings.ReplaceAll(list, ",18,", ",17,") }

// badly are lists that carry people and are not in order.
func badly(code string) map[string][][]byte {
	columns := strings.Split(failing(), "\n")[0] + "\n"
	line := "W60," + code + ",Xawu,Yoli,F,1960-01-01,17,E18A,1999-01-06,\n"
	return map[string][][]byte{
		csvMedia: {[]byte(line + line), []byte(columns + line + line + "\"x"), []byte(columns + line + "\xff"), []byte(columns + code + ",Xawu,Yoli\n"),
			[]byte(columns + strings.ReplaceAll(line, "W60", code)), []byte(columns + strings.ReplaceAll(line, "1960-01-01", code)),
			[]byte(columns + "W61," + strings.Repeat(code, 3) + ",Xawu,Yoli,Xawu,Yoli,17,E18A,1999-01-06,\n"), []byte(elsewhere(failing()))},
		ndjsonMedia: {[]byte(`{"` + code + `":{"name":"Xawu"}}` + "\nXawu " + code), []byte(`{"worker_ref":"W62","tax_code":"` + code + `","Xawu":1}`)},
		"application/json": {[]byte(`{"items":[{"tax_code":"` + code + `"}]}`), []byte(`{"items":[{"tax_code":"` + code + `"},]}`),
			[]byte(`{"items":[{"worker_ref":"W63","tax_code":"` + code + `","gender":"` + code + `"}],"more":"` + code + `"}`)},
	}
}

// TestNobodyIsNamedInLogsErrorsAndEvents goes through the calls that carry people, well and badly, then takes a table
// away so that failures are logged too. A cause of a suspension may tell of health and is not said either.
func TestNobodyIsNamedInLogsErrorsAndEvents(t *testing.T) {
	t.Parallel()
	heard, ear := service.OpenHeard(t)
	h := housed(t, heard)
	made, code := h.tour(), testkit.TaxCode(180)
	m, region := h.as(auth.AllAdministrations, "ministry", loader...), h.as("18", "office")
	for path := range map[string]bool{"/pool-intakes": true, "/movement-intakes": true, "/payment-intakes": true, "/entity-intakes": true} {
		for media, lists := range badly(code) {
			for _, list := range lists {
				ear.Send(m.Caller, http.MethodPost, path, list, "Content-Type", media)
			}
		}
	}
	for _, by := range []caller{region, m, h.as("18", "reader", "pool:read")} {
		for _, purpose := range []any{nil, "Verifica"} {
			ear.Send(by.Caller, http.MethodPost, "/workers/searches", object{"tax_code": sought, "purpose": purpose})
		}
		for _, path := range []string{"/workers", "/movements", "/workers/" + made["worker_id"], "/intakes/" + made["intake_id"] + "/failed-rows"} {
			ear.Send(by.Caller, http.MethodGet, path, nil)
			ear.Send(by.Caller, http.MethodGet, path+"?purpose=Verifica", nil)
			ear.Send(by.Caller, http.MethodGet, path, nil, "Accept", "application/xml")
		}
		for _, path := range []string{"/entities/" + code, "/workers?state=" + code, "/workers?worker_ref=" + code, "/movements?worker_ref=" + code, "/regions/" + code + "/contact", "/Xawu/" + code} {
			if a := by.Send(http.MethodGet, path, nil); a.Status >= 400 { // the address is the caller's
				ear.Hear(string(a.Raw))
			}
		}
	}
	ear.Hear(strings.ReplaceAll(h.atRest(), "MALATTIA", ""))
	h.AsOwner("alter table failed_rows rename to gone")
	require.GreaterOrEqual(t, ear.Send(m.Caller, http.MethodPost, "/pool-intakes", []byte(elsewhere(failing())), "Content-Type", csvMedia).Status, 500)
	h.AsOwner("alter table workers rename to lost")
	require.GreaterOrEqual(t, ear.Send(region.Caller, http.MethodPost, "/workers/searches", object{"tax_code": sought}).Status, 500)
	require.GreaterOrEqual(t, ear.Send(m.Caller, http.MethodPost, "/movement-intakes", object{"items": []object{suspension("18", 0, "2010-03-01", "2010-03-02")}}).Status, 500)
	ear.RequireSilence(t, sought, code, testkit.TaxCode(50), "Xawu", "Yoli", "MALATTIA")
}

// TestCF_Access is row 16 of the catalogue: a Region sees its own workers only; who sees all of Italy says what for,
// and each look and each refusal is on record, under the pseudonym.
func TestCF_Access(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	looks := map[string]struct{ path, did, refused string }{
		"a list":         {"/workers", "workers.list", "workers.list.refused"},
		"movements":      {"/movements", "movements.list", "movements.list.refused"},
		"a card":         {"/workers/" + made["worker_id"], "worker.read", "worker.refused"},
		"what was wrong": {"/intakes/" + made["intake_id"] + "/failed-rows", "failed-rows.read", "failed-rows.refused"},
	}
	for name, look := range looks {
		counts := func() []int { return []int{h.Audited(look.did, "%"), h.Audited(look.refused, "%")} }
		before := counts()
		refused := h.ministry().send(http.MethodGet, look.path, nil)
		require.Equal(t, []any{http.StatusForbidden, "purpose-required"}, []any{refused.status, refused.code(t)}, name)
		require.Equal(t, []int{before[0], before[1] + 1}, counts(), name)
		require.Equal(t, http.StatusOK, h.ministry().send(http.MethodGet, look.path+"?purpose=Verifica", nil).status, name)
		require.Equal(t, []int{before[0] + 1, before[1] + 1}, counts(), name)
	}
	stranger := h.as("19", "office").send(http.MethodPost, "/workers/searches", object{"tax_code": sought})
	require.Empty(t, stranger.json(t)["items"])
	require.Zero(t, one[int](h, "select count(*)::int from audit_records where subject || coalesce(detail::text, '') || coalesce(purpose, '') ~ '"+sought+"'"))
}
