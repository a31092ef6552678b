package concessions_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
)

const inLiguria = "GE"

// istanzaOf is an application with one worker in a province.
func istanzaOf(ref, code, province string) object {
	return istanza(ref, func(o object) {
		o["workers"] = []object{worker(code)}
		o["employer"].(object)["units"] = []object{{"province": province}}
	})
}

func TestTheHistoryOfAWorker(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 50000)
	id, _ := h.authorised() // of RSSMRA85T10A562S
	h.as("*", "inps").post("/inps/payments", payment(id, "2010-04", 40, 20000))
	liguria := h.as("07", "office")
	other := idOf(liguria.post("/applications", istanzaOf("B1", "RSSMRA85T10A562S", inLiguria)))
	liguria.post("/applications", istanzaOf("B2", taxCode(1), inLiguria))
	find := func(c caller, body object) answer { return c.send(http.MethodPost, "/workers/history-searches", body) }

	own := find(h.as("03", "office"), object{"tax_code": "RSSMRA85T10A562S"}).json(t)["items"].([]any)
	require.Len(t, own, 1, "a Region sees its own rows")
	row := own[0].(object)
	require.Equal(t, []any{id, "03", "A1", 1.0, "ACCEPTED", "D1", "2010-05-05", "IN_PAGAMENTO", 75.0, 38052.0, 40.0, 20000.0},
		[]any{row["application_id"], row["administration"], row["application_ref"], row["row"], row["verdict"], row["decree_number"], row["decree_date"],
			row["state"], row["hours_requested"], row["estimate_cents"], row["paid_hours"], row["paid_cents"]})
	require.Equal(t, []any{other}, each(find(liguria, object{"tax_code": "RSSMRA85T10A562S"}).json(t)["items"], "application_id"))
	require.Empty(t, find(h.as("09", "office"), object{"tax_code": "RSSMRA85T10A562S"}).json(t)["items"])

	for _, who := range []string{"ministry", "inps"} {
		refused := find(h.as("*", who), object{"tax_code": "RSSMRA85T10A562S"})
		require.Equal(t, []any{http.StatusForbidden, "purpose-required", []any{"/purpose"}}, []any{refused.status, refused.code(t), pointers(t, refused)})
		all := find(h.as("*", who), object{"tax_code": "RSSMRA85T10A562S", "purpose": "Verifica n. 7"}).json(t)["items"]
		require.ElementsMatch(t, []any{id, other}, each(all, "application_id"))
	}
	require.Equal(t, []int{5, 2}, []int{h.Audited("history.search", "worker/%"), h.Audited("history.refused", "worker/%")}, "who looked and who tried")
	require.Zero(t, h.Audited("history.%", "%RSSMRA%"))
	require.Equal(t, http.StatusForbidden, find(h.as("03", "reader", "applications:read"), object{"tax_code": "X"}).status)
	require.Equal(t, []any{"/tax_code"}, pointers(t, find(liguria, object{})))
}

func TestTheHistoryOfAnEmployer(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := idOf(h.as("03", "office").post("/applications", istanzaOf("A1", taxCode(1), "MI")))
	second := idOf(h.as("03", "office").post("/applications", istanza("A2", func(o object) { o["period_from"], o["workers"] = "2010-04-15", []object{}; o["submit"] = false })))
	other := idOf(h.as("07", "office").post("/applications", istanzaOf("B1", taxCode(2), inLiguria)))
	find := func(c caller, body object) answer {
		return c.send(http.MethodPost, "/employers/history-searches", body)
	}
	own := find(h.as("03", "office"), object{"tax_code": "12345678903"}).json(t)
	require.Equal(t, []any{second, first}, each(own["items"], "application_id"), "newest period first")
	require.Equal(t, []any{0.0, 1.0}, each(own["items"], "accepted_workers"))
	require.Equal(t, []any{"BOZZA", "PRESENTATA"}, each(own["items"], "state"))
	require.Equal(t, "purpose-required", find(h.as("*", "ministry"), object{"tax_code": "12345678903"}).code(t))
	all := find(h.as("*", "ministry"), object{"tax_code": "12345678903", "purpose": "Verifica"}).json(t)
	require.ElementsMatch(t, []any{first, second, other}, each(all["items"], "application_id"))
	require.Empty(t, find(h.as("03", "office"), object{"tax_code": "00743110157"}).json(t)["items"])
	require.Equal(t, []int{3, 1}, []int{h.Audited("history.search", "employer/%"), h.Audited("history.refused", "employer/%")})
}

// TestALongHistoryIsPaged copies an application 1,100 times: each comes once, in one order.
func TestALongHistoryIsPaged(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	c.post("/applications", istanza("A1", func(o object) {
		o["workers"] = []object{worker(taxCode(1)), worker(taxCode(1)), worker(taxCode(1))}
	}))
	require.NoError(t, h.db.Update(context.Background(), "03", func(tx *database.Tx) error {
		tx.Queue(`with copied as (insert into applications (id, administration, ref, employer_tax_code, employer, instrument, concession_type, period_from, period_to, filed_on, state)
				select gen_random_uuid(), administration, ref || '/' || n, employer_tax_code, employer, instrument, concession_type, period_from + n / 100, period_to, filed_on, state
				from applications, generate_series(1, 1100) n returning id, administration)
			insert into application_workers (application_id, administration, row, person, tax_key, qualification, contract, weekly_hours, hired_on, monthly_gross_pay_cents, hours_requested, prior_hours_used, did)
			select c.id, c.Administration, row, person, tax_key, qualification, contract, weekly_hours, hired_on, monthly_gross_pay_cents, hours_requested, prior_hours_used, did from application_workers, copied c`)
		return nil
	}))
	for path, want := range map[string]int{"/employers/history-searches": 1101, "/workers/history-searches": 3303} {
		code := map[int]string{1101: "12345678903", 3303: taxCode(1)}[want]
		for _, limit := range []int{0, 437} {
			body := object{"tax_code": code}
			if limit > 0 {
				body["limit"] = limit
			}
			seen, last := map[[2]any]bool{}, "9999"
			for {
				page := c.send(http.MethodPost, path, body).json(t)
				for _, x := range page["items"].([]any) {
					item := x.(object)
					seen[[2]any{item["application_id"], item["row"]}] = true
					require.LessOrEqual(t, item["period_from"], last)
					last = item["period_from"].(string)
				}
				if body["cursor"] = page["next_cursor"]; page["next_cursor"] == "" {
					break
				}
			}
			require.Len(t, seen, want, "%s by %d", path, limit)
		}
		for _, cursor := range []string{"x", "MjAxMC0wNC0wMSB4IDE", "MjAxMC0wMi0zMCAwMThmMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAgMQ"} {
			refused := c.send(http.MethodPost, path, object{"tax_code": code, "cursor": cursor})
			require.Equal(t, []any{http.StatusBadRequest, []any{"/cursor"}}, []any{refused.status, pointers(t, refused)}, cursor)
		}
	}
}
