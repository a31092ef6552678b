package lsu_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/clock"
	"w2w/pkg/period"
)

// ahead is a clock that differs from that of the database.
func ahead(by time.Duration) clock.Clock {
	return func() time.Time { return time.Now().UTC().Add(by) }
}

// today moves a month without saying a day: it is that of the clock.
func (c caller) today(month period.Month, event string) answer {
	c.h.t.Helper()
	etag := c.send(http.MethodGet, monthPath(c.Administration, month.String()), nil).header.Get("ETag")
	return c.send(http.MethodPost, monthPath(c.Administration, month.String())+"/transitions", object{"event": event}, "If-Match", etag)
}

// TestClock is row 47 of the catalogue: a month is over, and may be closed, by the civil day in Rome, and its money is that
// of its convention's year, whatever the database's clock says.
func TestClock(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 3)
	midnights := map[period.Month][2]string{ // in Rome: after the last day of a month, and after its closing date
		period.YearMonth(2010, time.March):    {"2010-03-31T22:00:00Z", "2010-04-10T22:00:00Z"}, // summer time since the 28th
		period.YearMonth(2010, time.October):  {"2010-10-31T23:00:00Z", "2010-11-10T23:00:00Z"}, // winter time since that morning
		period.YearMonth(2010, time.December): {"2010-12-31T23:00:00Z", "2011-01-10T23:00:00Z"}, // the year ends
	}
	for month := period.YearMonth(2010, time.January); month <= period.YearMonth(2010, time.December); month++ {
		at, turn := midnights[month]
		if !turn {
			h.closed("18", month.String(), (month.Last() + 11).String())
			continue
		}
		h.turns(at[0], "office", month, "SUBMIT", "MONTH_NOT_OVER", month.Last()+1)
		h.turns(at[1], "validator", month, "CLOSE", "CLOSING_DATE_NOT_PASSED", month.Last()+11)
	}
	require.EqualValues(t, 12, one[int64](h, "select count(*) from plafond_commitments c join plafond_accounts a on a.id = c.account_id where a.year = 2010"))
	require.Equal(t, "2011-01-11", one[string](h, "select effective_on::text from plafond_commitments where reference = 'month/18/2010-12'"))
}

// turns moves a month by replicas whose clocks stand a minute before and at a midnight: the one is refused, the other acts
// on the day that has begun.
func (h *house) turns(midnight, actor string, month period.Month, event, guard string, day period.Date) {
	h.t.Helper()
	at, err := time.Parse(time.RFC3339, midnight)
	require.NoError(h.t, err)
	early := h.clocked(ahead(time.Until(at.Add(-time.Minute)))).as("18", actor).today(month, event)
	require.Equal(h.t, []any{http.StatusConflict, "state-conflict", guard}, early.problem(h), midnight)
	moved := h.clocked(ahead(time.Until(at))).as("18", actor).today(month, event)
	require.Equal(h.t, http.StatusCreated, moved.status, string(moved.raw))
	require.Equal(h.t, day.String(), moved.json(h.t)[map[string]string{"SUBMIT": "submitted_on", "CLOSE": "closed_on"}[event]])
}

// TestClockOfReplicas lets replicas whose clocks are hours apart take turns at one month: its history and the overview keep
// the order of the acts, and so do its events and the audit chain.
func TestClockOfReplicas(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 3)
	fast, slow := h.clocked(ahead(2*time.Hour)), h.clocked(ahead(-2*time.Hour))
	fast.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-11")
	slow.validator("18").moves("18", "2010-01", "RETURN", "2010-02-11")
	months := h.as("18", "office").overview("?on=2010-02-11")["regions"].([]any)[0].(object)["months"].([]any)
	require.Equal(t, []any{"2010-01", "OPEN"}, of(months[0].(object), "month", "state"))
	h.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-11")
	slow.validator("18").moves("18", "2010-01", "CLOSE", "2010-02-11")
	var events []any
	steps := fast.office("18").send(http.MethodGet, monthPath("18", "2010-01")+"/transitions", nil).json(t)
	for _, step := range steps["items"].([]any) {
		events = append(events, step.(object)["event"])
	}
	require.Equal(t, []any{"SUBMIT", "RETURN", "SUBMIT", "CLOSE"}, events)
	require.Equal(t, []string{"month.moved", "month.moved", "month.moved", "month.moved", "month.closed"}, h.kinds("month."))
	_, err := audit.NewSealer(h.db).Seal(t.Context())
	require.NoError(t, err)
	sealed, _, err := audit.Verify(t.Context(), h.db)
	require.NoError(t, err)
	require.Positive(t, sealed)
}
