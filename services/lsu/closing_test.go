package lsu_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/testkit/apitest"
)

func TestAClosingFreezesTheReportAndCommitsTheAllowance(t *testing.T) {
	t.Parallel()
	h := open(t)
	convention := h.convention("18", plain)
	h.enrol("18", 3)
	submitted := h.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-01")
	require.Equal(t, []any{"SUBMITTED", 2.0, "2010-02-01", "office", nil}, of(submitted, "state", "version", "submitted_on", "submitted_by", "closed_on"))
	closed := h.validator("18").moves("18", "2010-01", "CLOSE", "2010-02-11")
	require.Equal(t, []any{"CLOSED", 3.0, "office", "2010-02-11", "validator", "2010-02-10", false},
		of(closed, "state", "version", "submitted_by", "closed_on", "closed_by", "closes_on", "overdue"))
	require.Equal(t, submitted["content_sha256"], closed["content_sha256"])
	require.Equal(t, closed, h.office("18").month("18", "2010-01"))

	require.Equal(t, closed["content_sha256"], one[string](h, "select encode(sha256(convert_to(content, 'UTF8')), 'hex') from reports"))
	require.EqualValues(t, 3*asu, one[int64](h, "select (line->>'DueCents')::bigint from reports"))
	c := h.office("18").send(http.MethodGet, "/conventions/"+convention, nil).json(t)
	require.Equal(t, []any{float64(plain), 3.0 * asu, float64(plain - 3*asu)}, of(c, "funds_cents", "committed_cents", "residual_cents"))
	line := h.office("18").send(http.MethodGet, "/conventions/"+convention+"/movements", nil).json(t)["items"].([]any)[0].(object)
	require.Equal(t, []any{"COMMIT", 3.0 * asu, 3.0 * asu, "month/18/2010-01", "Chiusura 2010-01", "2010-02-11"},
		of(line, "kind", "cents", "state_cents", "reference", "act", "effective_on"))

	require.Equal(t, 1, h.Audited("month.SUBMIT", "month/18/2010-01"))
	require.Equal(t, 1, h.Audited("month.CLOSE", "month/18/2010-01"))
	require.Equal(t, []string{"month.moved", "month.moved", "month.closed"}, h.kinds("month."))
	steps := h.office("18").send(http.MethodGet, monthPath("18", "2010-01")+"/transitions", nil).json(t)
	require.Equal(t, []any{"CLOSED", []any{}}, of(steps, "state", "allowed"))
	require.Equal(t, []any{"SUBMITTED", "CLOSE", "CLOSED", "validator", "2010-02-11", closed["content_sha256"]},
		of(steps["items"].([]any)[1].(object), "from", "event", "to", "actor", "acted_on", "content_sha256"))
}

// kinds are the types of the events so far that begin so, without what all share.
func (h *house) kinds(begin string) (out []string) {
	for _, e := range h.Emitted() {
		if kind := e.Type[len("it.w2w.lsu.") : len(e.Type)-len(".v1")]; strings.HasPrefix(kind, begin) {
			out = append(out, kind)
		}
	}
	return out
}

func TestAClosedMonthNeverChanges(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 3)
	h.closed("18", "2010-01", "2010-02-11")
	before := one[string](h, "select content from reports")
	h.suspend("18", 0, "2010-01-15", "2010-02-20")
	require.Equal(t, before, one[string](h, "select content from reports"))
	for _, statement := range []string{"update reports set content = '{}'", "delete from reports", "truncate reports", "update month_transitions set actor = ''", "delete from month_transitions"} {
		_, err := h.db.Pool().Exec(t.Context(), statement)
		require.ErrorContains(t, err, "42501", statement)
	}
	for _, event := range []string{"SUBMIT", "RETURN", "CLOSE"} {
		a := h.validator("18").move("18", "2010-01", event, "2010-03-01")
		require.Equal(t, []any{http.StatusConflict, "state-conflict", nil}, a.problem(h), event)
		require.Equal(t, []any{"CLOSED", []any{}}, of(a.json(t), "state", "allowed"), event)
	}
	next := h.closed("18", "2010-02", "2010-03-11")
	require.NotEmpty(t, next["content_sha256"])
	require.EqualValues(t, 2*asu, one[int64](h, "select (line->>'DueCents')::bigint from reports where month = '2010-02-01'"), "what came late counts from the month that learned of it")
	require.EqualValues(t, 5*asu, one[int64](h, "select (line->>'YearDueCents')::bigint from reports where month = '2010-02-01'"))
}

func TestAMonthIsClosedOnceHoweverManyTry(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.enrol("18", 3)
	h.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-11")
	var answers [16]answer
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = h.validator("18").send(http.MethodPost, monthPath("18", "2010-01")+"/transitions", object{"event": "CLOSE", "acted_on": "2010-02-11"}, "If-Match", `"2"`)
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, a := range answers {
		count[a.status]++
	}
	require.Equal(t, map[int]int{http.StatusCreated: 1, http.StatusPreconditionFailed: 15}, count)
	require.Equal(t, 1, h.Audited("month.CLOSE", "%"))
	require.EqualValues(t, 3*asu, one[int64](h, "select committed_cents from plafond_accounts"))
}

func TestAMonthIsSubmittedOnceHoweverManyTry(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	var answers [16]answer
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = h.office("18").send(http.MethodPost, monthPath("18", "2010-01")+"/transitions", object{"event": "SUBMIT", "acted_on": "2010-02-11"}, "If-Match", `"1"`)
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, a := range answers {
		count[a.status]++
	}
	require.Equal(t, map[int]int{http.StatusCreated: 1, http.StatusPreconditionFailed: 15}, count)
	require.Equal(t, 1, h.Audited("month.SUBMIT", "%"))
}

// An intake that began before the closing is waited for, and what it brought is seen; closings do not wait for each other.
func TestAClosingWaitsForTheRegisterAndKnowsWhatItTook(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, region := range []string{"18", "19"} {
		h.convention(region, plain)
		h.enrol(region, 2)
		h.office(region).moves(region, "2010-01", "SUBMIT", "2010-02-11")
	}
	intake, err := h.db.Pool().Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = intake.Rollback(t.Context()) }()
	exec := func(statement string, args ...any) {
		_, err := intake.Exec(t.Context(), statement, args...)
		require.NoError(t, err)
	}
	exec("select set_config('w2w.administration', $1, true)", auth.AllAdministrations)
	exec("select pg_advisory_xact_lock(hashtext('lsu.register'))")
	exec(`insert into movements (id, administration, movement_ref, worker_id, worker_ref, event, effective_on, received_on, cause, verdict, month_learned, intake_id, intake_row, intake_line)
		select id, '18', 'M1', id, worker_ref, 'SUSPEND', '2010-01-15', '2010-01-15', 'MALATTIA', 'ACCEPTED', '2010-01-01', id, 1, 1 from workers where worker_ref = 'W180'`)
	var answers [2]answer
	var all sync.WaitGroup
	for i, region := range []string{"18", "19"} {
		all.Go(func() { answers[i] = h.validator(region).move(region, "2010-01", "CLOSE", "2010-02-11") })
	}
	require.Eventually(t, func() bool {
		return one[int](h, "select count(*)::int from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())") == 2
	}, waiting, tick)
	require.NoError(t, intake.Commit(t.Context()))
	all.Wait()
	require.Equal(t, []any{http.StatusConflict, "state-conflict", "FIGURES_CHANGED"}, answers[0].problem(h))
	require.Equal(t, http.StatusCreated, answers[1].status, string(answers[1].raw))
}

// TestAClosingAndAnIntakeExcludeEachOther sends both at once for each Region: what came in time is in the figures, or the
// list is refused because the month is closed.
func TestAClosingAndAnIntakeExcludeEachOther(t *testing.T) {
	t.Parallel()
	h := open(t)
	regions := []string{"12", "13", "14", "15", "16", "17", "18", "19", "20"}
	for _, region := range regions {
		h.convention(region, plain)
		h.enrol(region, 1)
		h.office(region).moves(region, "2010-01", "SUBMIT", "2010-02-11")
	}
	ministry := h.as(auth.AllAdministrations, "ministry", loader...)
	closings, intakes := make([]answer, len(regions)), make([]answer, len(regions))
	var all sync.WaitGroup
	for i, region := range regions {
		all.Go(func() { closings[i] = h.validator(region).move(region, "2010-01", "CLOSE", "2010-02-11") })
		all.Go(func() {
			intakes[i] = ministry.send(http.MethodPost, "/movement-intakes", object{"items": []object{suspension(region, 0, "2010-01-15", "2010-02-10")}})
		})
	}
	all.Wait()
	for i, region := range regions {
		known := one[int64](h, "select coalesce(sum((line->>'DueCents')::bigint), -1)::bigint from reports where administration = $1", region)
		if closings[i].status == http.StatusCreated {
			require.Equal(t, []any{422, []any{"/items/0/received_on"}}, []any{intakes[i].status, intakes[i].pointers(h)}, region)
			require.EqualValues(t, asu, known, region)
			continue
		}
		require.Equal(t, []any{http.StatusConflict, "state-conflict", "FIGURES_CHANGED"}, closings[i].problem(h), region)
		require.Equal(t, http.StatusCreated, intakes[i].status, region)
		require.EqualValues(t, -1, known, region)
	}
}

func TestTheSameClosingIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.convention("18", plain)
	h.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-11")
	closing := func() answer {
		return h.validator("18").send(http.MethodPost, monthPath("18", "2010-01")+"/transitions", object{"event": "CLOSE", "acted_on": "2010-02-11"},
			"If-Match", `"2"`, "Idempotency-Key", "once")
	}
	first, again := closing(), closing()
	require.Equal(t, []any{http.StatusCreated, string(first.raw), `"3"`, "true"},
		[]any{again.status, string(again.raw), again.header.Get("ETag"), again.header.Get("Idempotency-Replayed")})
	require.Equal(t, 1, h.Audited("month.CLOSE", "%"))
}

// TestAMonthMovesWhollyOrNotAtAll lets every row of these writes fail in turn.
func TestAMonthMovesWhollyOrNotAtAll(t *testing.T) {
	t.Parallel()
	calm := open(t)
	calm.enrol("18", 2)
	behind, s := calm.Sabotaged()
	h := housed(t, behind)
	id := h.convention("18", 3*asu)
	for _, act := range []string{"supplements", "reductions"} {
		h.as("*", "ministry").post("/conventions/"+id+"/"+act, object{"cents": 1, "act": "DD 1/2010"})
	}
	contact := h.office("18").send(http.MethodPut, "/regions/18/contact", object{"office": "x", "email": "a@b"}, "If-Match", `"0"`)
	require.Equal(t, http.StatusOK, contact.status, string(contact.raw))
	h.office("18").moves("18", "2010-01", "SUBMIT", "2010-02-11")
	h.validator("18").moves("18", "2010-01", "RETURN", "2010-02-11")
	h.closed("18", "2010-01", "2010-02-11")
	require.Empty(t, s.Wrong)
	for route, least := range map[string]int{"POST /conventions": 5, "POST /conventions/{convention_id}/supplements": 4, "POST /conventions/{convention_id}/reductions": 4,
		"PUT /regions/{region}/contact": 3, "POST /regions/{region}/months/{month}/transitions": 20} {
		require.GreaterOrEqual(t, s.Seen[route], least, route)
	}
}

func TestMonthsAndConventionsAreExported(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.convention("18", plain)
	h.closed("18", "2010-01", "2010-02-11")
	c := h.office("18")
	for path, want := range map[string]struct {
		column string
		cells  []string
	}{
		"/months?state=CLOSED":                      {"month", []string{"2010-01"}},
		"/conventions":                              {"funds_cents", []string{"10000000"}},
		"/conventions/" + id + "/movements":         {"kind", []string{"ASSIGN"}},
		monthPath("18", "2010-01") + "/transitions": {"event", []string{"SUBMIT", "CLOSE"}},
	} {
		require.Equal(t, want.cells, apitest.Column(t, c.Exported(path), want.column), path)
	}
}
