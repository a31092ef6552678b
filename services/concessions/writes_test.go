package concessions_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestIdem_Race sends each of two writes 64 times at once under one key.
func TestIdem_Race(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	path := c.draft("draft", worker(taxCode(1)))
	for name, write := range map[string]func() answer{
		"an application": func() answer {
			return c.send(http.MethodPost, "/applications", istanza("A1", nil), "Idempotency-Key", "race-1")
		},
		"rows for a draft": func() answer {
			return c.send(http.MethodPost, path+"/workers", object{"items": []object{worker(taxCode(2))}}, "Idempotency-Key", "race-2", "If-Match", `"1"`)
		},
	} {
		var answers [64]answer
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = write() })
		}
		all.Wait()
		fresh := 0
		for _, a := range answers {
			require.Equal(t, http.StatusCreated, a.status, "%s: %s", name, a.raw)
			require.JSONEq(t, string(answers[0].raw), string(a.raw), name)
			require.Equal(t, answers[0].header.Get("ETag"), a.header.Get("ETag"), name)
			if a.header.Get("Idempotency-Replayed") == "" {
				fresh++
			}
		}
		require.Equal(t, 1, fresh, name)
	}
	require.Len(t, c.send(http.MethodGet, "/applications", nil).json(t)["items"], 2)
	require.Len(t, c.send(http.MethodGet, path+"/workers", nil).json(t)["items"], 2)
	require.Equal(t, `"2"`, c.version(path))
	require.Equal(t, 1, h.Audited("application.correct", "%"))
}

// TestMassAssign is row 13 of the catalogue.
func TestMassAssign(t *testing.T) {
	t.Parallel()
	h := open(t)
	made := h.tour()
	h.as("03", "office").RequireNoMassAssignment(t, made, "id", "administration", "state", "version", "verdict", "codes", "estimate_cents",
		"accepted_workers", "examiner", "created_at", "actor", "spent_cents")
}
