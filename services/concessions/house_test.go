package concessions_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"w2w/openapi"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/testkit/apitest"
	"w2w/services/concessions"
)

const base = "/concessions/v1"

type object = map[string]any

var everything = strings.Fields(`applications:read applications:file applications:protocol applications:examine applications:preside
	applications:commit applications:decree inps:exchange plafonds:read plafonds:assign people:read events:read acts:backdate parameters:write`)

// service is concessions as its tests run it.
var service = &apitest.Service{Name: concessions.Name, Base: base, Spec: openapi.Concessions, Events: openapi.Events,
	Migrations: concessions.Migrations(), Scopes: everything, People: `xawu|yoli|yaxo`, Check: checkBooks,
	Start: func(h *apitest.House, keys auth.KeySource) (apitest.Process, error) {
		return concessions.New(context.Background(), concessions.Config{PersonKeys: h.People, MakeKeys: true},
			concessions.Deps{DB: h.DB, Keys: keys, Log: h.Log, Clock: h.Now, Metrics: prometheus.NewRegistry()})
	}}

// house is the service over a real database.
type house struct {
	*apitest.House
	t  *testing.T
	db *database.DB
}

// open is a house whose log is read at the end of the test: no line names a person or holds a token.
func open(t *testing.T) *house { t.Helper(); return housed(t, service.Open(t)) }

func housed(t *testing.T, h *apitest.House) *house { return &house{h, t, h.DB} }

// replica starts another process of the service on the same database.
func (h *house) replica() *house { h.t.Helper(); return housed(h.t, h.Replica()) }

// clocked starts another process of the service on the same database, with a clock of its own.
func (h *house) clocked(now clock.Clock) *house { h.t.Helper(); return housed(h.t, h.Clocked(now)) }

// caller is someone with an administration and scopes.
type caller struct {
	apitest.Caller
	h *house
}

func (h *house) as(administration, actor string, scopes ...string) caller {
	return caller{h.As(administration, actor, scopes...), h}
}

// answer is what came back, with the body read.
type answer struct {
	status int
	header http.Header
	raw    []byte
}

func answered(a apitest.Answer) answer { return answer{a.Status, a.Header, a.Raw} }

func (a answer) json(t *testing.T) object { t.Helper(); return apitest.JSON(t, a.raw) }

func (a answer) code(t *testing.T) any { t.Helper(); return a.json(t)["code"] }

// send makes a request; headers come as pairs. A POST gets a fresh Idempotency-Key unless one is given.
func (c caller) send(method, path string, body any, headers ...string) answer {
	c.h.t.Helper()
	return answered(c.Send(method, path, body, headers...))
}

// post sends a write that must succeed.
func (c caller) post(path string, body any, headers ...string) object {
	c.h.t.Helper()
	a := c.send(http.MethodPost, path, body, headers...)
	require.Equal(c.h.t, http.StatusCreated, a.status, string(a.raw))
	return a.json(c.h.t)
}

func worker(taxCode string) object {
	return object{"tax_code": taxCode, "family_name": "Xawu", "given_name": "Yoli", "qualification": "OPERAIO", "contract": "TEMPO_INDETERMINATO",
		"weekly_hours": 40, "hired_on": "2005-01-10", "monthly_gross_pay_cents": 148458, "hours_requested": 75, "prior_hours_used": 0, "did": true}
}

// istanza is an application of Lombardia that is in order; change may spoil it.
func istanza(ref string, change func(o object)) object {
	o := object{"application_ref": ref, "instrument": "CIG_DEROGA", "concession_type": "I_CONCESSIONE", "period_from": "2010-04-01", "period_to": "2010-04-30",
		"agreement_date": "2010-03-20", "filed_on": "2010-04-05", "submit": true, "workers": []object{worker("RSSMRA85T10A562S")},
		"employer": object{"tax_code": "12345678903", "name": "Molino Yaxo S.r.l.", "employees": 10, "company_type": "INDUSTRIALE_FINO_15",
			"ateco_section": "C", "inps_matricola": "9496322419", "units": []object{{"province": "MI"}}}}
	if change != nil {
		change(o)
	}
	return o
}

func idOf(judged object) string { return judged["application"].(object)["id"].(string) }

// granted brings an application to ACCOLTA; the examiner is another actor than the rest.
func (h *house) granted(administration, ref string, change func(o object)) string {
	h.t.Helper()
	c, examiner := h.as(administration, "office"), h.as(administration, "examiner")
	id := idOf(c.post("/applications", istanza(ref, change)))
	c.post("/applications/"+id+"/transitions", object{"event": "PROTOCOLLA", "acted_on": "2010-04-06"}, "If-Match", `"2"`)
	examiner.post("/applications/"+id+"/transitions", object{"event": "AVVIA_ISTRUTTORIA", "acted_on": "2010-04-06"}, "If-Match", `"3"`)
	judged := examiner.post("/applications/"+id+"/examination", object{})
	require.Equal(h.t, "ADMISSIBLE", judged["application"].(object)["verdict"], judged)
	session := c.post("/table-sessions", object{"level": "REGIONALE", "held_on": "2010-04-20", "place": "Milano", "application_ids": []string{id},
		"participants": []object{{"organisation": "Regione", "people": 1}}})
	c.post("/table-sessions/"+session["id"].(string)+"/outcomes", object{"minutes": "Accordo.",
		"outcomes": []object{{"application_id": id, "outcome": "ACCOLTA", "active_policy_measure": "Riqualificazione"}}})
	return id
}

func (h *house) assign(administration string, cents int64) {
	h.t.Helper()
	h.as("*", "ministry").post("/plafonds/assignments", object{"administration": administration, "year": 2010, "family": "CIG_DEROGA",
		"cents": cents, "act": "DI 1/2010", "assigned_on": "2010-01-10"})
}
