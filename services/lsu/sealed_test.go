package lsu_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/person"
	"w2w/pkg/testkit"
	"w2w/pkg/testkit/apitest"
	"w2w/services/lsu"
)

// TestCrypto_Field is row 17 of the catalogue, for the workers of the pool and for rows that failed.
func TestCrypto_Field(t *testing.T) {
	t.Parallel()
	heard, ear := service.OpenHeard(t)
	h := housed(t, heard).pooled()
	region, m := h.as("18", "office"), h.ministry()
	failed := [2]string{}
	for i := range failed {
		failed[i] = intakeOf(m.file("/pool-intakes", csvMedia, failing()).json(t))
	}
	read := func(c caller, path, media string) func() apitest.Answer {
		return func() apitest.Answer { return c.Send(http.MethodGet, path, nil, "Accept", media) }
	}
	ear.RequireFailsClosed(t, apitest.Sealed{Table: "workers", Column: "person", Row: "worker_ref = 'W01'", Told: "open person",
		Others: map[string]string{"another worker": "worker_ref = 'W02'", "another Region": "worker_ref = 'W08'"},
		Show:   []func() apitest.Answer{read(region, "/workers", "application/json"), read(region, "/workers", csvMedia), read(region, "/workers/"+h.workerID("W01"), "application/json")}})
	path := failed[0] + "/failed-rows?purpose=correzione"
	row := func(n, of int) string {
		return fmt.Sprintf("intake_id = '%s' and row = %d", failed[of][len("/intakes/"):], n)
	}
	ear.RequireFailsClosed(t, apitest.Sealed{Table: "failed_rows", Column: "sent", Row: row(2, 0), Told: "open a row",
		Others: map[string]string{"another row": row(3, 0), "another list": row(2, 1)},
		Show:   []func() apitest.Answer{read(m, path, "application/json"), read(m, path, csvMedia)}})
}

// TestCrypto_FieldRekeyed is row 17 of the catalogue, the turn of the key: everything is sealed again while lists are
// taken, and without the old key every worker and every failed row still opens.
func TestCrypto_FieldRekeyed(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	path := intakeOf(h.ministry().file("/pool-intakes", csvMedia, failing()).json(t)) + "/failed-rows?purpose=correzione"
	kept := func(at *house) (out []string) {
		for _, a := range []answer{at.as("18", "office").send(http.MethodGet, "/workers", nil), at.ministry().send(http.MethodGet, path, nil)} {
			require.Equal(t, http.StatusOK, a.status, string(a.raw))
			out = append(out, string(a.raw))
		}
		return out
	}
	before, keys := kept(h), person.Keys{Dir: h.People}
	first, err := keys.List()
	require.NoError(t, err)
	_, err = keys.Prepare()
	require.NoError(t, err)
	_, err = keys.Promote()
	require.NoError(t, err)
	after := h.replica()
	stop, written := make(chan struct{}), new(atomic.Int64)
	writers := after.enter(stop, written)
	require.Eventually(t, func() bool { return written.Load() > 4 }, time.Minute, tick)
	columns := person.Sealed{DB: h.db, Columns: lsu.SealedColumns()}
	sealed, err := keys.Reseal(t.Context(), func(int, int) {}, columns)
	require.NoError(t, err)
	require.EqualValues(t, 13+4, sealed, "the pool and its failed rows; what is new is under the new key")
	close(stop)
	writers.Wait()
	require.NoError(t, keys.Drop(t.Context(), first[0].ID, columns))
	last := h.replica()
	require.Equal(t, before, kept(last))
	last.as("17", "office").Exported("/workers")
}

// TestEverySealedColumnIsKnownToTheOperator compares the columns of bytes that are no hash with those that are sealed
// again under a new key.
func TestEverySealedColumnIsKnownToTheOperator(t *testing.T) {
	t.Parallel()
	var known []string
	for _, c := range lsu.SealedColumns() {
		known = append(known, c.Table+"."+c.Value)
	}
	h := open(t)
	require.ElementsMatch(t, h.column(`select table_name || '.' || column_name from information_schema.columns where table_schema = 'lsu' and data_type = 'bytea'
		and table_name !~ '^(audit|idempotency|feed|outbox|plafond|goose)' and column_name <> 'tax_key'`), known)
}

// enter brings workers into the pool of another Region until stop is closed, each time with a row that fails.
func (h *house) enter(stop <-chan struct{}, written *atomic.Int64) *sync.WaitGroup {
	var writers sync.WaitGroup
	for i := range 3 {
		writers.Go(func() {
			for n := 1; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				list := []object{worker(1000*(i+1)+n, "17", "E18A", nil), worker(n, "17", "E00", with("tax_code", testkit.TaxCode(9000)))}
				if a := h.ministry().send(http.MethodPost, "/pool-intakes", object{"items": list}); a.status != http.StatusCreated {
					h.t.Error(a.status, string(a.raw))
				}
				written.Add(1)
			}
		})
	}
	return &writers
}
