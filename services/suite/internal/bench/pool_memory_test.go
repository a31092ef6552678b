package bench

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/bulk"
)

// BenchmarkPoolMemory looks at the resident memory of lsu, alone in a process, while it hands out 12,000 workers as a
// workbook, and, started again, while it takes a workbook of 12,000 in; each above what it has idle.
func BenchmarkPoolMemory(b *testing.B) {
	w := openWard(b)
	w.upload("/entity-intakes", registry(b))
	x, _ := w.upload("/pool-intakes", newCrowd(0, poolWorkers, poolRegions...).pool(b))
	jwks := w.listen(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		set, err := w.signer.Public()
		require.NoError(b, err)
		require.NoError(b, json.NewEncoder(rw).Encode(set))
	}))
	bin := program(b, w.name)
	above := func(act func(at string)) float64 {
		a := alone(b, bin, w.name, w.service, w.people, jwks)
		defer a.stop()
		idle := a.idle()
		return a.peak(func() { act(a.address) }) - idle
	}
	export := above(func(at string) {
		r := w.request(http.MethodGet, at+poolAPI+"/workers?purpose=Misura", "", nil)
		r.Header.Set("Accept", bulk.MediaXLSX)
		book, _ := w.call("ministry", auth.AllAdministrations, r, http.StatusOK)
		f := bulk.Form{Columns: []bulk.Column{{Name: "worker_ref"}}, MaxRows: 2 * poolWorkers, Ignored: exported}
		records, err := f.Read(bulk.MediaXLSX, book)
		require.NoError(b, err)
		require.Len(b, records, x.Intake.Accepted)
	})
	against(b, row{name: "XLSX of 12,000 workers handed out: memory above idle, against 30 MiB", unit: "MiB", target: 1, atMost: true}, []float64{export}, []float64{30})
	book := workbook(b, newCrowd(1, poolWorkers, poolRegions...).pool(b))
	intake := above(func(at string) { w.uploadAs(at, "/pool-intakes", bulk.MediaXLSX, book) })
	against(b, row{name: "XLSX of 12,000 workers taken in: memory above idle, against 30 MiB", unit: "MiB"}, []float64{intake}, []float64{30})
}

// exported are the columns of the list of workers besides the reference.
var exported = []string{"id", "tax_code", "family_name", "given_name", "gender", "birth_date", "region", "entity_ref", "in_pool_since", "weekly_hours",
	"state", "exited_on", "exit_cause"}

// workbook is a list of CSV as XLSX.
func workbook(b *testing.B, list []byte) []byte {
	b.Helper()
	rows, err := csv.NewReader(bytes.NewReader(list)).ReadAll()
	require.NoError(b, err)
	t, err := bulk.NewTable(bulk.MediaXLSX, rows[0])
	require.NoError(b, err)
	for _, r := range rows[1:] {
		cells := make([]any, len(r))
		for i, c := range r {
			cells[i] = c
		}
		require.NoError(b, t.Row(cells))
	}
	var out bytes.Buffer
	_, err = t.WriteTo(&out)
	require.NoError(b, err)
	return out.Bytes()
}
