package lsu_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// line writes values as a row of a file does.
func line(values []any) string {
	out := make([]string, len(values))
	for i, v := range values {
		if number, ok := v.(float64); ok {
			v = int64(number)
		}
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, ",")
}

// expectedCells are the rows of expected_reports.csv of a view.
func (h *house) expectedCells(view string) (out []string) {
	h.t.Helper()
	columns := strings.Split("region month at_start exits_stabilizzazione exits_pensionamento exits_decadenza exits_rinuncia exits_decesso exits_fuoriuscita_incentivata "+
		"suspended_at_end active_at_end at_end at_end_m at_end_f age_under_40 age_40_49 age_50_59 age_60_plus asu_due_cents convention_residual_cents", " ")
	for _, r := range h.acceptanceRows("expected_reports.csv") {
		if r["view"] != view {
			continue
		}
		values := make([]any, len(columns))
		for i, c := range columns {
			values[i] = r[c]
		}
		out = append(out, line(values))
	}
	return out
}

// list reads all pages of a list.
func (c caller) list(path string) (out []object) {
	c.h.t.Helper()
	for cursor := ""; ; {
		a := c.send(http.MethodGet, path+cursor, nil)
		require.Equal(c.h.t, http.StatusOK, a.status, string(a.raw))
		body := a.json(c.h.t)
		for _, x := range body["items"].([]any) {
			out = append(out, x.(object))
		}
		next, _ := body["next_cursor"].(string)
		if next == "" {
			return out
		}
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		cursor = mark + "cursor=" + next
	}
}

func each(list []object, write func(object) string) (out []string) {
	for _, o := range list {
		out = append(out, write(o))
	}
	return out
}

func TestTheFiguresOfTheAcceptanceSetInBothViews(t *testing.T) {
	t.Parallel()
	h := open(t).registered()
	reader := h.as("*", "ministry", "pool:read")
	expected := h.expectedCells("AS_KNOWN_2011-03-31")
	require.Len(t, expected, 108)
	require.Equal(t, expected, each(reader.list("/reports?year=2010&view=AS_KNOWN&known_on=2011-03-31"), cells))

	require.Empty(t, reader.list("/reports?year=2010"), "no month is closed")
	for _, c := range h.acceptanceRows("conventions.csv") {
		h.closesYear(c["region"])
	}
	require.Equal(t, h.expectedCells("AS_CLOSED"), each(reader.list("/reports?year=2010"), cells))
	require.Equal(t, expected, each(reader.list("/reports?year=2010&view=AS_KNOWN&known_on=2011-03-31"), cells), "closing changes nothing of what is known")
}

func TestTheCorrectionsOfTheAcceptanceSet(t *testing.T) {
	t.Parallel()
	h := open(t).registered()
	var expected []string
	for _, r := range h.acceptanceRows("expected_corrections.csv") {
		expected = append(expected, line([]any{r["region"], r["month_of_reference"], r["month_received"], r["movement_ref"], r["month_learned"]}))
	}
	require.Len(t, expected, 446)
	got := h.as("*", "ministry", "pool:read").list("/corrections?limit=150")
	require.Equal(t, expected, each(got, func(o object) string {
		return line(of(o, "region", "month_of_reference", "month_received", "movement_ref", "month_learned"))
	}))
}
