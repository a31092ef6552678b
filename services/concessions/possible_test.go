package concessions_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/openapi"
	"w2w/pkg/database"
)

// possible are the events that may follow, as reported to the caller.
func (c caller) possible(id, query string) map[string]object {
	c.h.t.Helper()
	out := map[string]object{}
	for _, x := range c.send(http.MethodGet, "/applications/"+id+"/transitions"+query, nil).json(c.h.t)["allowed"].([]any) {
		out[x.(object)["event"].(string)] = x.(object)
	}
	return out
}

func lacks(x object) []any {
	out := []any{}
	for _, m := range x["missing"].([]any) {
		out = append(out, m.(object)["code"])
	}
	return out
}

func TestWhatIsMissingIsToldToTheCaller(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 38051)
	id := h.granted("03", "A1", nil)
	c := h.as("03", "office")
	grant := c.possible(id, "?acted_on=2010-05-05")["IMPEGNA"]
	require.Equal(t, []any{false, "commitApplication", []any{"FUNDS_SUFFICE"}}, []any{grant["allowed"], grant["operation"], lacks(grant)})
	require.Equal(t, 1.0, grant["missing"].([]any)[0].(object)["missing_cents"])
	never := c.possible(id, "")["IMPEGNA"]
	require.Equal(t, 38052.0, never["missing"].([]any)[0].(object)["missing_cents"], "this year has no plafond")
	h.assign("03", 1)
	require.Equal(t, true, c.possible(id, "?acted_on=2010-05-05")["IMPEGNA"]["allowed"])
	reader := h.as("03", "reader", "applications:read")
	require.Equal(t, []any{"SCOPE"}, lacks(reader.possible(id, "?acted_on=2010-05-05")["IMPEGNA"]))
	c.post("/applications/"+id+"/commitment", object{"decree_date": "2010-05-05"})
	require.Equal(t, []any{"EXAMINER_DIFFERS"}, lacks(h.as("03", "examiner").possible(id, "")["DECRETA"]))
	require.Empty(t, lacks(c.possible(id, "")["DECRETA"]))
}

// set puts an application into a state past all rules, for walks over the states.
func (h *house) set(id, state string) {
	h.t.Helper()
	require.NoError(h.t, h.db.Update(context.Background(), "*", func(tx *database.Tx) error {
		tx.Queue("update applications set state = $2, suspended_on = '2010-04-10' where id = $1", id, state)
		return nil
	}))
}

// TestWhatIsReportedAsAllowedSucceeds walks over all states: an event that createTransition carries out
// succeeds exactly when it is reported as allowed, and any other names an operation of the contract.
func TestWhatIsReportedAsAllowedSucceeds(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.granted("03", "A1", nil)
	callers := []caller{h.as("03", "office"), h.as("03", "portal", "applications:read", "applications:file"), h.as("03", "examiner", "applications:read", "applications:examine")}
	receivers := []string{"01", "02", "05", "06", "07", "08", "09", "10"}
	tried := 0
	for _, state := range strings.Fields(`PRESENTATA PROTOCOLLATA TRASFERITA IN_ISTRUTTORIA SOSPESA_INTEGRAZIONE AL_TAVOLO RINVIATA PREAVVISO_RIGETTO
		RESPINTA ACCOLTA DECRETATA TRASMESSA_INPS ACCETTATA_INPS SCARTATA_INPS RETTIFICATA AUTORIZZATA_INPS IN_PAGAMENTO CONSUNTIVATA CHIUSA`) {
		for _, c := range callers {
			h.set(id, state)
			for event, x := range c.possible(id, "") {
				if x["operation"] != "createTransition" {
					require.Contains(t, string(openapi.Concessions), "operationId: "+x["operation"].(string)+"\n")
					continue
				}
				body := object{"event": event}
				if event == "TRASFERISCI" && x["allowed"] == true {
					body["transfer_to"], receivers = receivers[0], receivers[1:]
				}
				h.set(id, state)
				read := c.send(http.MethodGet, "/applications/"+id, nil)
				a := c.send(http.MethodPost, "/applications/"+id+"/transitions", body, "If-Match", read.header.Get("ETag"))
				require.Equal(t, x["allowed"], a.status == http.StatusCreated, "%s in %s: %s", event, state, a.raw)
				tried++
			}
		}
	}
	require.Greater(t, tried, 40)
	h.set(id, "RESPINTA")
}
