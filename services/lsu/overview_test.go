package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func (c caller) overview(query string) object {
	c.h.t.Helper()
	a := c.send(http.MethodGet, "/overviews/2010"+query, nil)
	require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
	return a.json(c.h.t)
}

func TestAnOverviewSaysWhatIsMissingAndWhomToRemind(t *testing.T) {
	t.Parallel()
	h := open(t)
	ministry := h.as("*", "ministry")
	for _, region := range []string{"17", "18", "19"} {
		h.convention(region, plain)
	}
	h.enrol("18", 3)
	h.closed("18", "2010-01", "2010-02-11")
	h.office("18").moves("18", "2010-02", "SUBMIT", "2010-03-05")
	h.as("19", "office").send(http.MethodPut, "/regions/19/contact", object{"office": "Settore Lavoro", "email": "lsu@regione.example"}, "If-Match", `"0"`)

	o := ministry.overview("?on=2010-03-15")
	require.Equal(t, []any{2010.0, "2010-03-15", 36.0, 1.0, 5.0}, of(o, "year", "on", "expected", "closed", "missing"))
	regions := o["regions"].([]any)
	require.Len(t, regions, 3)
	calabria := regions[1].(object)
	require.Equal(t, []any{"18", "Calabria", 1.0, 1.0, 3.0, 3.0 * asu, float64(plain), float64(plain - 3*asu)},
		of(calabria, "region", "name", "closed", "missing", "at_end", "year_due_cents", "funds_cents", "convention_residual_cents"))
	months := calabria["months"].([]any)
	require.Equal(t, []any{"2010-01", "CLOSED", false, 0.0}, of(months[0].(object), "month", "state", "missing", "days_late"))
	require.Equal(t, []any{"2010-02", "SUBMITTED", true, 5.0}, of(months[1].(object), "month", "state", "missing", "days_late"))
	require.Equal(t, []any{"2010-03", "OPEN", false, 0.0}, of(months[2].(object), "month", "state", "missing", "days_late"))
	require.NotContains(t, regions[0], "at_end")
	require.Equal(t, []any{
		object{"region": "17", "months": []any{"2010-01", "2010-02"}, "act": "SUBMIT", "scope": "months:submit"},
		object{"region": "18", "months": []any{"2010-02"}, "act": "CLOSE", "scope": "months:close"},
		object{"region": "19", "months": []any{"2010-01", "2010-02"}, "act": "SUBMIT", "scope": "months:submit", "office": "Settore Lavoro", "email": "lsu@regione.example"},
	}, o["reminders"])
}

func TestAnOverviewIsSeenFromADay(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 3)
	h.closed("18", "2010-01", "2010-02-12")
	region := h.as("18", "office")
	for on, want := range map[string][]any{
		"2010-02-10": {0.0, 0.0, 0.0}, "2010-02-11": {0.0, 1.0, 0.0}, "2010-02-12": {1.0, 0.0, 3.0 * asu}, "2011-01-11": {1.0, 11.0, 3.0 * asu},
	} {
		o := region.overview("?on=" + on)
		y := o["regions"].([]any)[0].(object)
		require.Equal(t, want, of(y, "closed", "missing", "year_due_cents"), on)
		require.Equal(t, want[:2], of(o, "closed", "missing"), on)
	}
	require.Equal(t, []any{11.0, "SUBMIT"}, []any{region.overview("")["missing"], region.overview("")["reminders"].([]any)[0].(object)["act"]})
	other := h.as("19", "office").overview("")
	require.Equal(t, []any{0.0, []any{}, []any{}}, of(other, "expected", "regions", "reminders"))
	require.Equal(t, http.StatusForbidden, h.as("18", "x", "months:submit").send(http.MethodGet, "/overviews/2010", nil).status)
}
