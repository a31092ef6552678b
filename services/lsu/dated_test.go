package lsu_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// states states a value of a parameter.
func (h *house) states(key string, value any, from string, until ...string) answer {
	h.t.Helper()
	set := object{"key": key, "value": value, "valid_from": from, "legal_ref": "Circ. 1/2010", "act": "DM 1/2010"}
	if len(until) > 0 {
		set["valid_to"] = until[0]
	}
	return h.as("*", "ministry").send(http.MethodPost, "/parameters", set)
}

// A movement belongs to the month that learned of it when it was received: no closing day moves it to another one.
func TestTheClosingDayOfAMonthIsFixedByWhatWasReceivedSince(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 3)
	require.Equal(t, http.StatusCreated, h.states("closing.day", 12, "2010-01-01", "2010-01-31").status, "nothing was received yet")
	h.suspend("18", 0, "2010-01-20", "2010-02-08")
	h.suspend("18", 1, "2010-01-20", "2010-02-14")
	for _, day := range []int{7, 14} {
		a := h.states("closing.day", day, "2010-01-01", "2010-01-31")
		require.Equal(t, []any{http.StatusConflict, "state-conflict", "MOVEMENTS_DATED"}, a.problem(h), day)
		require.Equal(t, []any{"2010-01", []any{"/valid_from"}}, []any{a.json(t)["month"], a.pointers(h)}, day)
	}
	require.Equal(t, "2010-02-12", h.office("18").month("18", "2010-01")["closes_on"])
	for _, day := range []int{8, 13} {
		require.Equal(t, http.StatusCreated, h.states("closing.day", day, "2010-01-01", "2010-01-31").status, day)
	}
	require.Equal(t, http.StatusCreated, h.states("closing.day", 20, "2010-02-01").status, "the months that follow are free")
	h.closed("18", "2010-01", "2010-02-14")
	require.EqualValues(t, 2*asu+asu*19/31, one[int64](h, "select (line->>'DueCents')::bigint from reports"))
}

func TestAClosedMonthKeepsItsClosingDate(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 2)
	h.closed("18", "2010-01", "2010-02-11")
	h.suspend("18", 0, "2010-01-20", "2010-02-12")
	require.Equal(t, http.StatusCreated, h.states("closing.day", 15, "2010-01-01", "2010-02-28").status, "what is closed is not moved")
	region := h.office("18")
	require.Equal(t, []any{"2010-02-10", "2010-03-15"}, []any{region.month("18", "2010-01")["closes_on"], region.month("18", "2010-02")["closes_on"]})
	year := region.send(http.MethodGet, "/overviews/2010?on=2010-02-20", nil).json(t)["regions"].([]any)[0].(object)["months"].([]any)
	require.Equal(t, []any{"2010-02-10", "2010-03-15"}, []any{year[0].(object)["closes_on"], year[1].(object)["closes_on"]})
}

func TestTheDayOfALoadedPoolIsFixed(t *testing.T) {
	t.Parallel()
	h := open(t)
	require.Equal(t, http.StatusCreated, h.states("pool.as_of", "2009-12-30", "1990-01-01").status)
	require.Equal(t, http.StatusCreated, h.states("pool.as_of", "2009-12-31", "1990-01-01").status)
	h.enrol("18", 1)
	require.Equal(t, []any{http.StatusConflict, "state-conflict", "POOL_LOADED"}, h.states("pool.as_of", "2010-12-31", "1990-01-01").problem(h))
}

// A replica learns of a change within seconds, but no month is submitted or closed by what it has not learned yet.
func TestAMonthIsCountedByTheParametersAsTheyAre(t *testing.T) {
	t.Parallel()
	h := open(t)
	other := h.replica()
	h.convention("18", plain)
	h.enrol("18", 1)
	require.Equal(t, http.StatusCreated, h.states("asu.monthly_cents", 60000, "2010-01-01", "2010-01-31").status)
	other.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-11")
	require.Equal(t, http.StatusCreated, h.states("asu.monthly_cents", 61000, "2010-01-01", "2010-01-31").status)
	require.Equal(t, []any{http.StatusConflict, "state-conflict", "FIGURES_CHANGED"}, other.validator("18").move("18", "2010-01", "CLOSE", "2010-02-11").problem(h))
	require.Equal(t, http.StatusCreated, h.states("cause.EXIT.ASSUNZIONE", true, "2010-01-01").status)
	other.loader().accepted("/movement-intakes", []object{happened("M1", "W180", "EXIT", "2010-02-11", cause("ASSUNZIONE"))})
	other.validator("18").moves("18", "2010-01", "RETURN", "2010-02-11")
	other.closed("18", "2010-01", "2010-02-11")
	require.EqualValues(t, 61000, one[int64](h, "select (line->>'DueCents')::bigint from reports"))
	require.Equal(t, one[int64](h, "select max(version) from parameters"), one[int64](h, "select rules_version from reports"))
}

// Long after the last convention nobody says what happened, and the amounts of those years may not be known.
func TestAProjectionObservesTheMonthsOfConventions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 2)
	p := h.office("18").send(http.MethodGet, "/regions/18/projection", nil)
	require.Equal(t, http.StatusOK, p.status, string(p.raw))
	require.Equal(t, []any{"2011-01", 12.0}, of(p.json(t), "from_month", "observed_months"))
}

// What a correction changes is counted by what was due when its months were closed, and the list says what the reports said.
func TestACorrectionIsCountedByTheRulesOfTheClosing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 2)
	h.closed("18", "2010-01", "2010-02-11")
	h.suspend("18", 0, "2010-01-01", "2010-02-15")
	h.closed("18", "2010-02", "2010-03-11")
	require.Equal(t, http.StatusCreated, h.states("asu.monthly_cents", 60000, "2010-01-01", "2010-01-31").status)
	region := h.office("18")
	for _, path := range []string{"/corrections", monthPath("18", "2010-02") + "/report", monthPath("18", "2010-01") + "/report?view=AS_KNOWN"} {
		a := region.send(http.MethodGet, path, nil).json(t)
		list, ok := a["corrections"].([]any)
		if !ok {
			list = a["items"].([]any)
		}
		require.Len(t, list, 1, path)
		require.EqualValues(t, -asu, list[0].(object)["effect_cents"], path)
	}
}
