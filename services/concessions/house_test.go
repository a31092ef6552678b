package concessions_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"w2w/openapi"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
)

const base = "/concessions/v1"

type object = map[string]any

// house is the service over a real database, with a signer in the gateway's place.
type house struct {
	t      *testing.T
	db     *database.DB
	admin  string // the database for its owner
	url    string
	signer *auth.Signer
	people string // folder of the keys of persons

	contract *testkit.Contract // every answer is held against it
	log      *zap.Logger
}

// contract is read once for all tests.
var contract = sync.OnceValues(func() (*testkit.Contract, error) { return testkit.LoadContract(openapi.Concessions, base) })

// open is a house whose log is read at the end of the test: no line names a person or holds a token.
func open(t *testing.T) *house {
	t.Helper()
	core, logs := observer.New(zapcore.DebugLevel)
	t.Cleanup(func() {
		for _, line := range logs.All() {
			require.NotRegexp(t, secret, line.Message+fmt.Sprint(line.ContextMap()))
		}
	})
	return openLogged(t, zap.New(core))
}

// secret is what no line of a log holds: a name of the kit, the form of a codice fiscale, the beginning of a token.
var secret = regexp.MustCompile(people.String() + `|eyJ[\w-]{10}`)

func openLogged(t *testing.T, log *zap.Logger) *house {
	t.Helper()
	admin, service := testkit.URLs(t, concessions.Name, concessions.Migrations()...)
	db, err := database.Open(context.Background(), database.Options{URL: service, Schema: concessions.Name, MaxConns: 20})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	key, err := auth.GenerateKey()
	require.NoError(t, err)
	k, err := contract()
	require.NoError(t, err)
	h := &house{t: t, db: db, admin: admin, signer: auth.NewSigner(key, auth.TypeInternal),
		people: t.TempDir(), contract: k, log: log}
	t.Cleanup(func() { checkBooks(t, h.db) })
	t.Cleanup(h.requireEvents)
	return h.replica()
}

// replica starts another process of the service on the same database.
func (h *house) replica() *house {
	h.t.Helper()
	set, err := h.signer.Public()
	require.NoError(h.t, err)
	keys, err := auth.NewKeys(set)
	require.NoError(h.t, err)
	s, err := concessions.New(context.Background(), concessions.Config{PersonKeys: h.people, MakeKeys: true},
		concessions.Deps{DB: h.db, Keys: keys, Log: h.log, Clock: clock.System, Metrics: prometheus.NewRegistry()})
	require.NoError(h.t, err)
	h.t.Cleanup(s.Close)
	front := httptest.NewServer(s.Handler())
	h.t.Cleanup(front.Close)
	other := *h
	other.url = front.URL
	return &other
}

var everything = strings.Fields(`applications:read applications:file applications:protocol applications:examine applications:preside
	applications:commit applications:decree inps:exchange plafonds:read plafonds:assign people:read events:read acts:backdate parameters:write`)

// caller is someone with an administration; its scopes are all of them unless some are given.
type caller struct {
	h              *house
	administration string
	actor          string
	scopes         []string
}

func (h *house) as(administration, actor string, scopes ...string) caller {
	if len(scopes) == 0 {
		scopes = everything
	}
	return caller{h, administration, actor, scopes}
}

func (c caller) token() string {
	var claims auth.Claims
	claims.Issuer, claims.Subject, claims.Audience, claims.ID = auth.InternalIssuer, c.actor, []string{concessions.Name}, uuid.NewString()
	claims.ClientID, claims.ClientKind, claims.Administration, claims.Scope = c.actor, "PORTAL", c.administration, strings.Join(c.scopes, " ")
	claims.Lifetime(time.Now(), auth.InternalLife)
	token, err := c.h.signer.Sign(claims)
	require.NoError(c.h.t, err)
	return token
}

// answer is what came back, with the body read.
type answer struct {
	status int
	header http.Header
	raw    []byte
}

func (a answer) json(t *testing.T) object {
	t.Helper()
	var o object
	require.NoError(t, json.Unmarshal(a.raw, &o), string(a.raw))
	return o
}

func (a answer) code(t *testing.T) any { t.Helper(); return a.json(t)["code"] }

// send makes a request; headers come as pairs. A POST gets a fresh Idempotency-Key unless one is given.
func (c caller) send(method, path string, body any, headers ...string) answer {
	c.h.t.Helper()
	raw, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		raw, err = json.Marshal(body)
		require.NoError(c.h.t, err)
	}
	r := c.request(method, path, raw)
	switch method {
	case http.MethodPost:
		r.Header.Set("Idempotency-Key", uuid.NewString())
		fallthrough
	case http.MethodPut:
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	a := c.h.do(r)
	if !c.h.contract.Require(c.h.t, r, a.status, a.header, a.raw) {
		require.Contains(c.h.t, []int{http.StatusNotFound, http.StatusMethodNotAllowed}, a.status, "%s %s is not in the contract", method, path)
	}
	return a
}

func (c caller) request(method, path string, body []byte) *http.Request {
	c.h.t.Helper()
	r, err := http.NewRequest(method, c.h.url+base+path, bytes.NewReader(body))
	require.NoError(c.h.t, err)
	r.Header.Set(auth.HeaderInternal, c.token())
	return r
}

func (h *house) do(r *http.Request) answer {
	h.t.Helper()
	res, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	return answer{res.StatusCode, res.Header, out}
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
