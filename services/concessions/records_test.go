package concessions_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// manyDecreed brings three applications with 4, 1 and 3 workers, one of them rejected, into one decree.
func (h *house) manyDecreed() (ids []string, decree string) {
	h.t.Helper()
	c := h.as("03", "office")
	h.assign("03", 10_000_000)
	for i, workers := range [][]object{
		{worker(taxCode(1)), worker(taxCode(2)), worker("wrong"), worker(taxCode(3))}, {worker(taxCode(4))}, {worker(taxCode(5)), worker(taxCode(6)), worker(taxCode(7))},
	} {
		id := h.granted("03", fmt.Sprintf("A%d", i), func(o object) { o["workers"] = workers })
		c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
		ids = append(ids, id)
	}
	made := c.post("/decrees", object{"number": "D1", "decree_date": "2010-05-05", "signatory": "Dirigente", "application_ids": []string{ids[2], ids[0], ids[1]},
		"financing_decree": "33334", "intervention_code": "699"})
	c.post("/decrees/"+made["id"].(string)+"/transmissions", nil)
	return ids, made["id"].(string)
}

func TestINPSReadsEachRecordOfADecreeOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids, decree := h.manyDecreed()
	inps, path := h.as("*", "inps"), "/decrees/"+decree+"/records"
	want := []string{ids[2] + " 1", ids[2] + " 2", ids[2] + " 3", ids[0] + " 1", ids[0] + " 2", ids[0] + " 4", ids[1] + " 1"}
	for _, limit := range []int{1, 3, 7, 100} {
		var seen []string
		var hours, cents float64
		q := url.Values{"limit": {fmt.Sprint(limit)}}
		for {
			page := inps.send(http.MethodGet, path+"?"+q.Encode(), nil).json(t)
			require.Equal(t, []any{decree, "03", "D1", "2010-05-05", "33334", "699", 7.0, 7 * 75.0, 7 * 38052.0},
				[]any{page["decree_id"], page["administration"], page["number"], page["decree_date"], page["financing_decree"], page["intervention_code"],
					page["count"], page["granted_hours"], page["granted_cents"]})
			for _, x := range page["items"].([]any) {
				r := x.(object)
				seen = append(seen, fmt.Sprintf("%v %v", r["application_id"], r["row"]))
				hours, cents = hours+r["granted_hours"].(float64), cents+r["granted_cents"].(float64)
			}
			if q.Set("cursor", page["next_cursor"].(string)); page["next_cursor"] == "" {
				break
			}
		}
		require.Equal(t, want, seen, "in the order of the decree, without the rejected row")
		require.Equal(t, []float64{7 * 75, 7 * 38052}, []float64{hours, cents}, "the totals are the sums")
	}
	first := inps.send(http.MethodGet, path+"?limit=1", nil).json(t)["items"].([]any)[0].(object)
	require.Equal(t, []any{taxCode(5), "Xawu", "Yoli", "12345678903", "9496322419", "MI", "TRASMESSA_INPS"},
		[]any{first["tax_code"], first["family_name"], first["given_name"], first["employer_tax_code"], first["inps_matricola"], first["province"], first["state"]})
}

func TestRevokedApplicationsLeaveTheRecords(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids, decree := h.manyDecreed()
	h.as("03", "office").post("/decrees/"+decree+"/revocations", object{"kind": "REVOCA", "act": "D9", "reason": "Cessazione", "application_ids": []string{ids[0]}})
	page := h.as("*", "inps").send(http.MethodGet, "/decrees/"+decree+"/records", nil).json(t)
	require.Equal(t, []any{4.0, 4 * 75.0, 4 * 38052.0}, []any{page["count"], page["granted_hours"], page["granted_cents"]})
	require.Equal(t, []any{ids[2], ids[2], ids[2], ids[1]}, each(page["items"], "application_id"))
}

func TestWhoReadsTheRecords(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, decree := h.manyDecreed()
	path := "/decrees/" + decree + "/records"
	refused := h.as("03", "office", "applications:read", "people:read", "applications:decree").send(http.MethodGet, path, nil)
	require.Equal(t, []any{http.StatusForbidden, []any{"inps:exchange"}}, []any{refused.status, refused.json(t)["required_scopes"]})
	require.Zero(t, h.Audited("decree.records", "%"))
	foreign := h.as("07", "stranger").send(http.MethodGet, path, nil, "X-Request-Id", "r")
	absent := h.as("07", "stranger").send(http.MethodGet, "/decrees/018f0000-0000-7000-8000-000000000000/records", nil, "X-Request-Id", "r")
	require.Equal(t, http.StatusNotFound, foreign.status)
	require.Equal(t, string(absent.raw), string(foreign.raw))
	inps := h.as("*", "inps")
	require.Equal(t, http.StatusOK, inps.send(http.MethodGet, path, nil).status)
	require.Equal(t, 1, h.Audited("decree.records", "decree/"+decree))
	for _, plain := range []string{"", "1", "x 1", "99999999999 1", "1 99999999999", "1 1 1", "-1 1"} {
		cursor := base64.RawURLEncoding.EncodeToString([]byte(plain))
		if plain == "" {
			cursor = "!"
		}
		a := inps.send(http.MethodGet, path+"?cursor="+url.QueryEscape(cursor), nil)
		require.Equal(t, []any{http.StatusBadRequest, []any{"query:cursor"}}, []any{a.status, pointers(t, a)}, plain)
	}
	require.Equal(t, http.StatusBadRequest, inps.send(http.MethodGet, path+"?limit=5001", nil).status)
}
