package lsu_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/database"
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

// enrol puts workers into the pool of a Region past the intake; they are of no interest to these tests but by number.
func (h *house) enrol(region string, workers int) {
	h.t.Helper()
	require.NoError(h.t, h.db.Update(context.Background(), auth.AllAdministrations, func(tx *database.Tx) error {
		tx.Queue(`insert into entities (entity_ref, name, region, kind) values ('E' || $1, 'Ente', $1, 'COMUNE') on conflict do nothing`, region)
		for i := range workers {
			id := uuid.Must(uuid.NewV7())
			tx.Queue(`insert into workers (id, administration, worker_ref, person, tax_key, gender, birth_date, pool_entity, pool_hours, in_pool_since, state,
				entity_ref, weekly_hours, intake_id, intake_row, intake_line)
				values ($1, $2, $3, '', $4, 'M', '1960-01-01', 'E' || $2, 20, '2000-01-01', 'ATTIVO', 'E' || $2, 20, $1, 1, 1)`,
				id, region, fmt.Sprintf("W%s-%d", region, i), id[:])
		}
		return nil
	}))
}

// suspend records a movement of a worker past the intake; in time for the month of its effect unless it is late.
func (h *house) suspend(region string, worker int, on, learned string, late bool) {
	h.t.Helper()
	require.NoError(h.t, h.db.Update(context.Background(), auth.AllAdministrations, func(tx *database.Tx) error {
		tx.Queue("select pg_advisory_xact_lock(hashtext('lsu.register'))")
		tx.Queue(`insert into movements (id, administration, movement_ref, worker_id, worker_ref, event, effective_on, received_on, cause, verdict, month_learned, late,
			intake_id, intake_row, intake_line)
			select $1, $2, $3, id, worker_ref, 'SUSPEND', $4, $4, 'MALATTIA', 'ACCEPTED', $5, $6, $1, 1, 1 from workers where worker_ref = $7`,
			uuid.Must(uuid.NewV7()), region, "M-"+uuid.NewString()[:8], on, learned, late, fmt.Sprintf("W%s-%d", region, worker))
		return nil
	}))
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
