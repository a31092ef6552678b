package concessions_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/period"
)

// today are the scopes of an office that may not load the past: the day of its acts is the clock's.
var today = slices.DeleteFunc(slices.Clone(everything), func(scope string) bool { return scope == auth.ScopeBackdate })

// running is a clock that stands at an instant now and goes on.
func running(t *testing.T, from string) clock.Clock {
	t.Helper()
	at, err := time.Parse(time.RFC3339, from)
	require.NoError(t, err)
	return ahead(time.Until(at))
}

// ahead is a clock that differs from that of the database.
func ahead(by time.Duration) clock.Clock {
	return func() time.Time { return time.Now().UTC().Add(by) }
}

// TestClock is row 47 of the catalogue: around midnight in Rome and where summer time begins and ends, an act falls on the
// civil day and its money into that day's year, whatever the database's clock says.
func TestClock(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 1000000)
	h.as("*", "ministry").post("/plafonds/assignments", object{"administration": "03", "year": 2011, "family": "CIG_DEROGA", "cents": 1000000,
		"act": "DI 2/2011", "assigned_on": "2010-12-01"})
	for i, c := range []struct{ at, day string }{
		{"2010-10-30T22:15:00Z", "2010-10-31"}, // summer time ends on this day
		{"2010-10-31T00:30:00Z", "2010-10-31"}, // the hour that comes twice
		{"2010-10-31T01:30:00Z", "2010-10-31"}, // and the second time
		{"2010-10-31T22:45:00Z", "2010-10-31"},
		{"2010-12-31T22:30:00Z", "2010-12-31"}, // 23:30 in Rome
		{"2010-12-31T23:30:00Z", "2011-01-01"}, // 00:30 in Rome, the year before in UTC
		{"2011-03-27T00:30:00Z", "2011-03-27"}, // half an hour before summer time begins
		{"2011-03-27T22:15:00Z", "2011-03-28"}, // 00:15 of the day after
	} {
		then := h.clocked(running(t, c.at))
		day, err := period.Parse(c.day)
		require.NoError(t, err)
		month := time.Date(2010, time.April+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
		id := h.granted("03", c.at, func(o object) {
			o["period_from"], o["period_to"] = month.Format(time.DateOnly), month.AddDate(0, 0, 27).Format(time.DateOnly)
		})
		then.actsOn(day, id)
	}
}

// actsOn commits, decrees and hands over to INPS on the day of the clock; another day is for who may load the past.
func (h *house) actsOn(day period.Date, id string) {
	h.t.Helper()
	office := h.as("03", "office", today...)
	for _, wrong := range []period.Date{day - 1, day + 1} {
		a := office.send(http.MethodPost, "/applications/"+id+"/commitment", object{"decree_date": wrong})
		require.Equal(h.t, []any{http.StatusForbidden, "scope-missing"}, []any{a.status, a.code(h.t)}, wrong)
	}
	office.post("/applications/"+id+"/commitment", object{"decree_date": day})
	require.Equal(h.t, []any{int64(day.Year()), day.String()}, h.committed(id), "the year and the day of the money")
	decree := office.post("/decrees", object{"number": "D " + id, "decree_date": day, "signatory": "Dirigente", "application_ids": []string{id}})["id"].(string)
	office.post("/decrees/"+decree+"/transmissions", object{})
	for _, step := range h.steps(id)[6:] {
		require.Equal(h.t, day.String(), step.(object)["acted_on"], step)
	}
}

const committedFor = `select a.year, m.effective_on from plafond_movements m join plafond_accounts a on a.id = m.account_id
	where m.kind = 'COMMIT' and m.reference = 'application/' || $1`

// committed is the year of the plafond upon which an application draws, and the day of the movement.
func (h *house) committed(id string) []any {
	h.t.Helper()
	var year int64
	var on period.Date
	require.NoError(h.t, h.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue(committedFor, id).QueryRow(func(r pgx.Row) error { return r.Scan(&year, &on) })
	}))
	return []any{year, on.String()}
}

// steps is the history of an application.
func (h *house) steps(id string) []any {
	h.t.Helper()
	return h.as("03", "reader").send(http.MethodGet, "/applications/"+id+"/transitions", nil).json(h.t)["items"].([]any)
}

// TestClockOfReplicas lets replicas whose clocks are hours apart take turns at one application: its history, its events and
// the audit chain keep the order of the acts, and a key serves once wherever and whenever it comes back.
func TestClockOfReplicas(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 1000000)
	fast, slow, old := h.clocked(ahead(2*time.Hour)), h.clocked(ahead(-2*time.Hour)), h.clocked(ahead(401*24*time.Hour))
	id := idOf(fast.as("03", "office").post("/applications", istanza("A1", nil), "Idempotency-Key", "once"))
	for _, later := range []*house{h, slow, old} {
		again := later.as("03", "office").send(http.MethodPost, "/applications", istanza("A1", nil), "Idempotency-Key", "once")
		require.Equal(t, []any{http.StatusCreated, "true", id}, []any{again.status, again.header.Get("Idempotency-Replayed"), idOf(again.json(t))})
	}
	at := "/applications/" + id
	slow.as("03", "office").post(at+"/transitions", object{"event": "PROTOCOLLA", "acted_on": "2010-04-06"}, "If-Match", `"2"`)
	fast.as("03", "examiner").post(at+"/transitions", object{"event": "AVVIA_ISTRUTTORIA", "acted_on": "2010-04-06"}, "If-Match", `"3"`)
	slow.as("03", "examiner").post(at+"/examination", object{})
	from := "BOZZA"
	for _, step := range h.steps(id) {
		require.Equal(t, from, step.(object)["from"], h.steps(id))
		from = step.(object)["to"].(string)
	}
	version := 0.0
	for _, e := range h.told("it.w2w.concessions.application.moved.v1") {
		require.Greater(t, e["data"].(object)["version"], version)
		version = e["data"].(object)["version"].(float64)
	}
	require.NotZero(t, version)
	_, err := audit.NewSealer(h.db).Seal(t.Context())
	require.NoError(t, err)
	sealed, _, err := audit.Verify(t.Context(), h.db)
	require.NoError(t, err)
	require.Positive(t, sealed)
}

// TestClockOfDecrees: of two decrees of a day the later one counts upon the earlier one, not the reverse, whose annex is
// published already.
func TestClockOfDecrees(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assign("03", 1000000)
	fast := h.clocked(ahead(2 * time.Hour))
	employer := func(workers ...string) func(o object) { return of("Molino Yaxo S.r.l.", "12345678903", workers...) }
	first := made(t, fast.decree("D1", "2010-05-05", h.granted("03", "A1", employer(taxCodes[:2]...))))
	annex := func() object {
		return h.as("03", "office").send(http.MethodGet, "/decrees/"+first+"/publication", nil).json(t)
	}
	before := annex()
	require.Equal(t, 1.0, before["unlisted_count"], "under the threshold")
	second := made(t, h.decree("D2", "2010-05-05", h.granted("03", "A2", employer("BNCMRA75C12F205Q"))))
	require.Equal(t, before, annex())
	require.Equal(t, 0.0, h.as("03", "office").send(http.MethodGet, "/decrees/"+second+"/publication", nil).json(t)["unlisted_count"])
}
