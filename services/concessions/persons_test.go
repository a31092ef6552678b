package concessions_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCF_Access is row 16 of the catalogue: two administrations file the same person, and neither learns of the
// other's file; who sees all of Italy says what for, and each look and each refusal is on record.
func TestCF_Access(t *testing.T) {
	t.Parallel()
	h := open(t)
	lombardia, liguria, inps := h.as("03", "office"), h.as("07", "office"), h.as("*", "inps")
	first := idOf(lombardia.post("/applications", istanzaOf("A1", taxCode(1), "MI")))
	second := idOf(liguria.post("/applications", istanzaOf("B1", taxCode(1), inLiguria)))
	find := func(c caller, purpose string) answer {
		return c.send(http.MethodPost, "/workers/history-searches", object{"tax_code": taxCode(1), "purpose": purpose})
	}
	none := inps.send(http.MethodPost, "/workers/history-searches", object{"tax_code": taxCode(1)})
	require.Equal(t, []any{http.StatusForbidden, "purpose-required"}, []any{none.status, none.code(t)})
	require.NotContains(t, string(none.raw), first)
	require.Equal(t, []int{0, 1}, []int{h.Audited("history.search", "worker/%"), h.Audited("history.refused", "worker/%")})
	require.Equal(t, []any{first}, each(find(lombardia, "Verifica").json(t)["items"], "application_id"))
	require.Equal(t, []any{second}, each(find(liguria, "Verifica").json(t)["items"], "application_id"))
	require.ElementsMatch(t, []any{first, second}, each(find(inps, "Verifica").json(t)["items"], "application_id"))
	require.Equal(t, []int{3, 1}, []int{h.Audited("history.search", "worker/%"), h.Audited("history.refused", "worker/%")})
	require.Zero(t, h.Audited("%", "%"+taxCode(1)+"%"), "a look is recorded under the pseudonym")
}
