package lsu_test

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
	"w2w/pkg/plafond/plafondtest"
	"w2w/pkg/testkit/apitest"
	"w2w/services/lsu"
)

const base = "/lsu/v1"

type object = map[string]any

var everything = strings.Fields(`pool:read pool:upload months:submit months:close people:read inps:exchange plafonds:read plafonds:assign
	events:read parameters:write`)

// service is lsu as its tests run it. Workers in the tests' data are named Xawu and Yoli.
var service = &apitest.Service{Name: lsu.Name, Base: base, Spec: openapi.LSU, Events: openapi.Events,
	Migrations: lsu.Migrations(), Scopes: everything, People: `xawu|yoli`,
	Bodies: []string{"it.w2w.lsu.entity.registered.v1", "it.w2w.lsu.entity.corrected.v1"},
	Check:  func(h *apitest.House) { plafondtest.CheckInvariants(h.T, h.DB) },
	Start: func(h *apitest.House, keys auth.KeySource) (apitest.Process, error) {
		return lsu.New(context.Background(), lsu.Config{PersonKeys: h.People, MakeKeys: true},
			lsu.Deps{DB: h.DB, Keys: keys, Log: h.Log, Clock: h.Now, Metrics: prometheus.NewRegistry()})
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

func (a answer) json(t *testing.T) object { t.Helper(); return apitest.JSON(t, a.raw) }

func (a answer) code(t *testing.T) any { t.Helper(); return a.json(t)["code"] }

// send makes a request; headers come as pairs. A POST gets a fresh Idempotency-Key unless one is given.
func (c caller) send(method, path string, body any, headers ...string) answer {
	c.h.t.Helper()
	a := c.Send(method, path, body, headers...)
	return answer{a.Status, a.Header, a.Raw}
}

// post sends a write that must succeed.
func (c caller) post(path string, body any, headers ...string) object {
	c.h.t.Helper()
	a := c.send(http.MethodPost, path, body, headers...)
	require.Equal(c.h.t, http.StatusCreated, a.status, string(a.raw))
	return a.json(c.h.t)
}
