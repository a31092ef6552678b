package concessions_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// TestCrypto_Field is row 17 of the catalogue: a sealed person who was moved to another row, another application or
// another administration, or was touched in one bit, is never shown: the answer is 500, and the log tells of it
// without a name.
func TestCrypto_Field(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zapcore.ErrorLevel)
	h := openLogged(t, zap.New(core))
	c := h.as("03", "office")
	two := func(first, second int) []object { return []object{worker(taxCode(first)), worker(taxCode(second))} }
	id := idOf(c.post("/applications", istanza("A1", func(o object) { o["workers"] = two(1, 2) })))
	other := idOf(c.post("/applications", istanza("A2", func(o object) { o["workers"] = two(3, 4) })))
	foreign := idOf(h.as("07", "office").post("/applications", istanzaOf("B1", taxCode(5), inLiguria)))
	list := "/applications/" + id + "/workers"
	whole := c.send(http.MethodGet, list, nil).raw
	require.Contains(t, string(whole), taxCode(1))
	h.AsOwner("create table kept as select * from application_workers")
	of := func(application string, row int) string {
		return fmt.Sprintf("(select person from kept where application_id = '%s' and row = %d)", application, row)
	}
	for name, person := range map[string]string{
		"of another row": of(id, 2), "of another application": of(other, 1), "of another administration": of(foreign, 1),
		"with one bit changed": "set_bit(person, 300, 1 - get_bit(person, 300))", "cut off": "substr(person, 1, 4)", "of nobody": "''",
	} {
		require.EqualValues(t, 1, h.AsOwner("update application_workers set person = "+person+" where row = 1 and application_id = $1", id), name)
		for _, media := range []string{"application/json", "text/csv"} {
			a := c.send(http.MethodGet, list, nil, "Accept", media)
			require.Equal(t, []any{http.StatusInternalServerError, "internal"}, []any{a.status, a.code(t)}, name)
			require.NotRegexp(t, service.Person(), string(a.raw), name)
		}
		told := logs.TakeAll()
		require.Len(t, told, 2, name)
		for _, line := range told {
			require.Contains(t, fmt.Sprint(line.ContextMap()), "open person", name)
			require.NotRegexp(t, service.Person(), line.Message+fmt.Sprint(line.ContextMap()), name)
		}
		h.AsOwner("update application_workers w set person = k.person from kept k where (k.application_id, k.row) = (w.application_id, w.row)")
	}
	require.Equal(t, string(whole), string(c.send(http.MethodGet, list, nil).raw))
}
