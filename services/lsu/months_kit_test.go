package lsu_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
)

// loader are the scopes of who loads the past.
var loader = append(slices.Clone(everything), auth.ScopeBackdate)

const (
	asu   = 53312 // a month of 2010, in cents
	plain = 10_000_000

	waiting = 10 * time.Second
	tick    = 10 * time.Millisecond
)

// convention is that of 2010 of a Region.
func (h *house) convention(region string, cents int) string {
	h.t.Helper()
	return h.as("*", "ministry").post("/conventions", object{"region": region, "year": 2010, "funds_cents": cents, "legal_ref": "Convenzione 2010",
		"signed_on": "2010-01-01"})["id"].(string)
}

// enrol brings workers into the pool of a Region; all of them are with one entity.
func (h *house) enrol(region string, workers int) {
	h.t.Helper()
	var list []object
	for i := range workers {
		list = append(list, worker(member(region, i), region, "E"+region, nil))
	}
	h.ministry().accepted("/entity-intakes", []object{entity("E"+region, region)})
	h.ministry().accepted("/pool-intakes", list)
}

// member numbers the workers of a Region apart from those of others.
func member(region string, i int) int {
	n, _ := strconv.Atoi(region) // the Regions of these tests are numbers
	return n*10 + i
}

// suspension is a movement of a worker of a Region.
func suspension(region string, i int, effective, received string) object {
	return object{"movement_ref": fmt.Sprintf("M%d", member(region, i)), "worker_ref": fmt.Sprintf("W%d", member(region, i)), "event": "SUSPEND",
		"effective_on": effective, "received_on": received, "cause": "MALATTIA"}
}

// suspend suspends a worker.
func (h *house) suspend(region string, i int, effective, received string) {
	h.t.Helper()
	h.as(auth.AllAdministrations, "ministry", loader...).accepted("/movement-intakes", []object{suspension(region, i, effective, received)})
}

func monthPath(region, month string) string { return "/regions/" + region + "/months/" + month }

// month is a month of a Region as the caller sees it.
func (c caller) month(region, month string) object {
	c.h.t.Helper()
	a := c.send(http.MethodGet, monthPath(region, month), nil)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
	return a.json(c.h.t)
}

// move moves a month at its present version.
func (c caller) move(region, month, event, on string) answer {
	c.h.t.Helper()
	etag := c.send(http.MethodGet, monthPath(region, month), nil).header.Get("ETag")
	return c.send(http.MethodPost, monthPath(region, month)+"/transitions", object{"event": event, "acted_on": on, "reason": "Dati incompleti."}, "If-Match", etag)
}

// moves moves a month and must succeed.
func (c caller) moves(region, month, event, on string) object {
	c.h.t.Helper()
	a := c.move(region, month, event, on)
	require.Equal(c.h.t, http.StatusCreated, a.status, string(a.raw))
	return a.json(c.h.t)
}

// office submits the months of a Region, validator closes them.
func (h *house) office(region string) caller    { return h.as(region, "office", loader...) }
func (h *house) validator(region string) caller { return h.as(region, "validator", loader...) }

// closed submits and closes a month on the day after its closing date.
func (h *house) closed(region, month, on string) object {
	h.t.Helper()
	h.office(region).moves(region, month, "SUBMIT", on)
	return h.validator(region).moves(region, month, "CLOSE", on)
}

// one reads one value from the database, past all policies of Regions.
func one[T any](h *house, query string, args ...any) (v T) {
	h.t.Helper()
	require.NoError(h.t, h.db.Read(context.Background(), auth.AllAdministrations, func(b *pgx.Batch) {
		b.Queue(query, args...).QueryRow(func(r pgx.Row) error { return r.Scan(&v) })
	}))
	return v
}

// problem is the status, code and guard of a refusal.
func (a answer) problem(h *house) []any {
	h.t.Helper()
	o := a.json(h.t)
	return []any{a.status, o["code"], o["guard"]}
}

// pointers are the fields that a refusal is about.
func (a answer) pointers(h *house) []any {
	h.t.Helper()
	out := []any{}
	errors, _ := a.json(h.t)["errors"].([]any)
	for _, e := range errors {
		out = append(out, e.(object)["pointer"])
	}
	return out
}

// of are members of an object.
func of(o object, names ...string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = o[n]
	}
	return out
}
