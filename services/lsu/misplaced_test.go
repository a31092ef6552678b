package lsu_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
)

// TestNothingIsCalledByATaxCode sends one in the place of each kind of reference, in JSON and as a file: the row can't
// be read, and the code is kept nowhere but in the sealed cells.
func TestNothingIsCalledByATaxCode(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.tour()
	m, code := h.as("*", "ministry", loader...), testkit.TaxCode(77)
	before := h.clear()
	for path, list := range map[string]struct {
		field string
		row   object
	}{
		"/entity-intakes":   {"entity_ref", entity("", "18")},
		"/pool-intakes":     {"worker_ref", worker(200, "17", "E18A", nil)},
		"/movement-intakes": {"movement_ref", suspension("18", 1, "2010-02-20", "2010-02-21")},
		"/payment-intakes": {"payment_ref", object{"worker_ref": "W181", "month": "2010-01", "paid_cents": 1, "paid_on": "2010-02-21",
			"reported_on": "2010-02-21"}},
	} {
		for _, written := range []string{code, strings.ToLower(code)} {
			list.row[list.field] = written
			h.requireMisplaced(m.intake(path, []object{list.row}), list.field)
			file := m.file(path, csvMedia, asCSV(list.row))
			require.Equal(t, http.StatusCreated, file.status, string(file.raw))
			h.requireMisplaced(file.json(t), list.field)
		}
	}
	require.Equal(t, before, h.clear(), "no row was taken")
	refused := m.send(http.MethodPost, "/entities", entity(code, "18"))
	require.Equal(t, []any{http.StatusUnprocessableEntity, []any{"/entity_ref"}}, []any{refused.status, refused.pointers(h)}, string(refused.raw))
	require.Empty(t, h.column("select reference from failed_rows where reference || reasons::text ~* $1", code))
}

// clear is how much the service keeps of what the rows of lists became.
func (h *house) clear() []string {
	h.t.Helper()
	return h.column("select n::text from (select count(*) n from entities union all select count(*) from workers union all select count(*) from movements union all select count(*) from payments) counts")
}

// requireMisplaced wants the row to be unread for its field, and not to call itself by a tax code.
func (h *house) requireMisplaced(judged object, field string) {
	h.t.Helper()
	row := judged["rows"].([]any)[0].(object)
	require.Equal(h.t, "UNREAD", row["verdict"], "%s: %v", field, row)
	require.Equal(h.t, []any{"tax_code", field}, of(row["codes"].([]any)[0].(object), "code", "field"))
	failed := h.ministry().send(http.MethodGet, intakeOf(judged)+"/failed-rows?purpose=correzione", nil)
	require.Regexp(h.t, service.Person(), string(failed.raw), "as it was sent")
	require.Empty(h.t, row["reference"])
}

// asCSV is a list of one row.
func asCSV(row object) string {
	var head, cells []string
	for name, value := range row {
		head, cells = append(head, name), append(cells, fmt.Sprint(value))
	}
	return strings.Join(head, ",") + "\n" + strings.Join(cells, ",") + "\n"
}
