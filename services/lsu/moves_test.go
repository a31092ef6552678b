package lsu_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/period"
	"w2w/pkg/testkit"
)

func TestEachMovementHasItsVerdict(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	day := received("2010-03-01")
	rows := []struct {
		row  object
		want string
	}{
		{happened("M01", "W01", "SUSPEND", "2010-02-10", day, cause("MALATTIA")), "ACCEPTED"},
		{happened("M02", "W01", "SUSPEND", "2010-02-11", day, cause("MATERNITA")), "ALREADY_SUSPENDED"},
		{happened("M03", "W01", "RESUME", "2010-02-09", day), "OUT_OF_ORDER"},
		{happened("M04", "W01", "RESUME", "2010-02-10", day), "ACCEPTED"},
		{happened("M05", "W01", "RESUME", "2010-02-12", day), "NOT_SUSPENDED"},
		{happened("M06", "W01", "EXIT", "2010-02-12", day, cause("MALATTIA")), "CAUSE_NOT_ALLOWED"},
		{happened("M07", "W01", "EXIT", "2010-02-12", day, cause("DECESSO")), "ACCEPTED"},
		{happened("M08", "W01", "TRANSFER", "2010-02-12", day, with("to_entity", "E18B")), "ALREADY_EXITED"},
		{happened("M09", "W02", "TRANSFER", "2010-02-12", day, with("to_entity", "E99")), "ENTITY_UNKNOWN"},
		{happened("M10", "W02", "TRANSFER", "2010-02-12", day, with("to_entity", "E19A")), "ENTITY_OTHER_REGION"},
		{happened("M11", "W02", "TRANSFER", "2010-02-12", day, with("to_entity", "E18A")), "ENTITY_SAME"},
		{happened("M12", "W02", "TRANSFER", "2010-02-12", day, with("to_entity", "E18B")), "ACCEPTED"},
		{happened("M13", "W03", "CHANGE_HOURS", "2010-02-12", day), "HOURS_MISSING"},
		{happened("M14", "W03", "CHANGE_HOURS", "2010-02-12", day, with("weekly_hours", 24)), "ACCEPTED"},
		{happened("M15", "W04", "RESUME", "2010-03-02", day), "EFFECTIVE_AFTER_RECEIVED;NOT_SUSPENDED"},
		{happened("M16", "W04", "SUSPEND", "2009-12-31", day, cause("MALATTIA")), "EFFECTIVE_BEFORE_POOL"},
		{happened("M17", "W99", "RESUME", "2009-12-31", day), "WORKER_UNKNOWN"},
		{happened("M01", "W05", "RESUME", "2009-12-31", day), "MOVEMENT_DUPLICATE"},
	}
	var list []object
	var want []string
	for _, r := range rows {
		list, want = append(list, r.row), append(want, r.want)
	}
	judged := h.loader().intake("/movement-intakes", list)
	// M01 stands twice: the second of the list is processed second.
	require.Equal(t, want, verdicts(judged))
	require.Equal(t, want, verdicts(h.ministry().send(http.MethodGet, intakeOf(judged)+"/rows", nil).json(t)))
	require.Equal(t, []string{"MOVEMENT_DUPLICATE"}, verdicts(h.loader().intake("/movement-intakes", []object{happened("M07", "W05", "RESUME", "2010-03-01")})))
	require.Equal(t, []string{"ACCEPTED"}, verdicts(h.loader().intake("/movement-intakes", []object{happened("M13", "W05", "EXIT", "2010-03-01", cause("RINUNCIA"))})),
		"a rejected one leaves its reference free")
	require.Equal(t, []string{"W01 USCITO E18A 20 2010-02-12 2010-02-12 DECESSO", "W02 ATTIVO E18B 20 2010-02-12", "W03 ATTIVO E18A 24 2010-02-12", "W04 ATTIVO E18A 20",
		"W05 USCITO E18B 20 2010-03-01 2010-03-01 RINUNCIA"},
		h.column(`select concat_ws(' ', worker_ref, state, entity_ref, weekly_hours, last_on, exited_on, exit_cause) from workers where worker_ref <= 'W05' order by worker_ref`))
	require.Equal(t, []string{"M17 MLPS  {WORKER_UNKNOWN}"}, h.column(`select concat_ws(' ', movement_ref, administration, '', codes) from movements where worker_id is null`))
	require.Equal(t, 1, h.Audited("intake.upload", intakeSubject(judged)))
}

func TestMovementsAreProcessedByReceiptWhateverTheOrderOfTheList(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	list := []object{
		happened("M9", "W01", "RESUME", "2010-02-15", received("2010-02-20")),
		happened("M5", "W01", "RESUME", "2010-02-10", received("2010-02-12")),
		happened("M10", "W01", "SUSPEND", "2010-02-15", received("2010-02-20"), cause("MALATTIA")),
	}
	require.Equal(t, []string{"ACCEPTED", "NOT_SUSPENDED", "ACCEPTED"}, verdicts(h.loader().intake("/movement-intakes", list)), "M10 is before M9 as text")
	require.Equal(t, []string{"M5 2", "M10 3", "M9 1"}, h.column("select movement_ref || ' ' || intake_row from movements order by seq"))
}

func TestWhatComesTooLateRefusesTheWholeList(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	h.loader().accepted("/movement-intakes", []object{happened("M01", "W09", "SUSPEND", "2010-02-05", cause("MALATTIA"))})
	require.Equal(t, []string{"NOT_SUSPENDED"}, verdicts(h.loader().intake("/movement-intakes", []object{happened("M02", "W10", "RESUME", "2010-02-06")})))
	h.convention("18", plain)
	h.closed("18", "2010-01", "2010-02-11")
	good := happened("M03", "W11", "RESUME", "2010-02-06")
	for name, c := range map[string]struct {
		by   caller
		bad  object
		code string
	}{
		"before one that was rejected":      {h.loader(), happened("M04", "W10", "RESUME", "2010-02-05"), "rule-violated"},
		"on the closing date":               {h.loader(), happened("M04", "W01", "RESUME", "2010-02-10"), "rule-violated"},
		"in the future":                     {h.loader(), happened("M04", "W10", "RESUME", tomorrow()), "rule-violated"},
		"without the role to load the past": {h.ministry(), happened("M04", "W10", "RESUME", "2010-02-06"), "scope-missing"},
	} {
		items := []object{good, c.bad}
		at := 1
		if c.code == "scope-missing" {
			at = 0
		}
		code, place := c.by.refused("/movement-intakes", "application/json", object{"items": items})
		require.Equal(t, []string{c.code, fmt.Sprintf("/items/%d/received_on", at)}, []string{code, place}, name)
		code, place = c.by.refused("/movement-intakes", csvMedia, []byte(movementCSV(items)))
		require.Equal(t, []string{c.code, fmt.Sprintf("line:%d", at+2)}, []string{code, place}, name)
	}
	h.RequireEmpty(map[string]string{"a movement was kept": "select movement_ref from movements where movement_ref > 'M02'",
		"an intake was kept": "select id::text from intakes where kind = 'MOVEMENTS' offset 2"})
	late := []object{good, happened("M04", "W01", "EXIT", "2010-01-20", received("2010-02-11"), cause("DECESSO")), happened("M05", "W12", "EXIT", "2010-01-20", received("2010-02-06"), cause("DECESSO"))}
	require.Equal(t, []string{"NOT_SUSPENDED", "ACCEPTED", "ACCEPTED"}, verdicts(h.loader().intake("/movement-intakes", late)), "the day after; another Region")
	require.Equal(t, []string{"M04 2010-02 true", "M05 2010-01 false"},
		h.column("select concat_ws(' ', movement_ref, to_char(month_learned, 'YYYY-MM'), late::text) from movements where event = 'EXIT' order by movement_ref"))
}

var movementColumns = strings.Fields("movement_ref worker_ref event effective_on received_on cause to_entity weekly_hours")

// movementCSV is a list as a file.
func movementCSV(list []object) string {
	lines := []string{strings.Join(movementColumns, ",")}
	for _, o := range list {
		var cells []string
		for _, c := range movementColumns {
			cells = append(cells, strings.TrimPrefix(fmt.Sprint(o[c]), "<nil>"))
		}
		lines = append(lines, strings.Join(cells, ","))
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestFailedMovementsAreCorrectedAndSentAgain(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	list := movementCSV([]object{happened("M1", "W01", "EXIT", "2010-02-30", received("2010-03-01"), cause("DECESSO")),
		happened("M2", "W02", "EXIT", "2010-02-01", received("2010-03-01"), cause("NESSUNA")), happened("M3", "W03", "EXIT", "2010-02-01", received("2010-03-01"), cause("RINUNCIA"))})
	judged := h.loader().file("/movement-intakes", csvMedia, list).json(t)
	require.Equal(t, []string{"UNREAD", "CAUSE_NOT_ALLOWED", "ACCEPTED"}, verdicts(judged))
	require.Equal(t, []string{"M2", "M3"}, h.column("select movement_ref from movements order by seq"), "what can't be read is not processed")
	failed := h.ministry().send(http.MethodGet, intakeOf(judged)+"/failed-rows?purpose=correzione", nil, "Accept", csvMedia)
	corrected := strings.NewReplacer("2010-02-30", "2010-02-28", "NESSUNA", "DECADENZA").Replace(string(failed.raw))
	require.Equal(t, []string{"ACCEPTED", "ACCEPTED"}, verdicts(h.loader().file("/movement-intakes", csvMedia, corrected).json(t)))
}

func TestWithoutADayAMovementIsReceivedToday(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	m := happened("M1", "W01", "EXIT", "2010-02-01", cause("DECESSO"))
	delete(m, "received_on")
	before := period.FromTime(clock.Clock(clock.System).Today()).String()
	h.as(auth.AllAdministrations, "ministry", "pool:upload").accepted("/movement-intakes", []object{m})
	after := period.FromTime(clock.Clock(clock.System).Today()).String()
	require.Contains(t, []string{before, after}, h.column("select received_on::text from movements")[0])
}

func TestOnlyAcceptedMovementsAreTold(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	h.loader().intake("/movement-intakes", []object{happened("M1", "W01", "SUSPEND", "2010-02-01", cause("MALATTIA")), happened("M2", "W01", "SUSPEND", "2010-02-01", cause("MALATTIA")),
		happened("M3", "W08", "EXIT", "2010-02-02", cause("PENSIONAMENTO")), happened("M4", "W02", "TRANSFER", "2010-02-03", with("to_entity", "E18B")),
		happened("M5", "W02", "CHANGE_HOURS", "2010-02-04", with("weekly_hours", 24)), happened("M6", "W99", "RESUME", "2010-02-04")})
	var told []string
	for _, e := range h.Emitted() {
		if e.Type == "it.w2w.lsu.worker.moved.v1" {
			told = append(told, e.Administration+" "+e.Subject+" "+string(e.Data))
		}
	}
	require.Len(t, told, 4)
	subject := func(ref string) string {
		return h.column("select administration || ' worker/' || encode(tax_key, 'hex') || ' ' from workers where worker_ref = $1", ref)[0]
	}
	for i, want := range []string{subject("W01"), subject("W08"), subject("W02"), subject("W02")} {
		require.True(t, strings.HasPrefix(told[i], want), told[i])
		require.NotRegexp(t, `MALATTIA|W0|M\d`, told[i])
	}
	require.Contains(t, told[1], `"exit_cause": "PENSIONAMENTO"`)
}

func TestATaxCodeInTheWrongPlaceIsSealedOnly(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	code := testkit.TaxCode(1)
	judged := h.loader().intake("/movement-intakes", []object{happened("M1", code, "EXIT", "2010-02-01", cause("DECESSO")), happened("M2", "W01", "EXIT", "2010-02-01", cause(code)),
		happened("M3", "W01", "TRANSFER", "2010-02-01", with("to_entity", code))})
	require.Equal(t, []string{"WORKER_UNKNOWN", "CAUSE_NOT_ALLOWED", "ENTITY_UNKNOWN"}, verdicts(judged))
	require.Equal(t, []string{"M1/ EXIT DECESSO ", "M2/W01 EXIT  ", "M3/W01 TRANSFER  "},
		h.column("select movement_ref || '/' || worker_ref || ' ' || event || ' ' || cause || ' ' || to_entity from movements order by seq"))
	failed := h.ministry().send(http.MethodGet, intakeOf(judged)+"/failed-rows?purpose=correzione", nil, "Accept", csvMedia)
	require.Equal(t, 3, strings.Count(string(failed.raw), code))
}

func TestOfListsAtOnceEachIsProcessedAfterTheOthers(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	var mu sync.Mutex
	var got []string
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			a := h.loader().send(http.MethodPost, "/movement-intakes", object{"items": []object{happened(fmt.Sprint("M", n), "W01", "SUSPEND", "2010-02-01", cause("MALATTIA"))}})
			mu.Lock()
			defer mu.Unlock()
			got = append(got, verdicts(a.json(t))...)
		})
	}
	all.Wait()
	slices.Sort(got)
	require.Equal(t, append([]string{"ACCEPTED"}, slices.Repeat([]string{"ALREADY_SUSPENDED"}, 7)...), got)
}

func TestMovementsAreUploadedByTheMinistry(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	list := object{"items": []object{happened("M1", "W01", "RESUME", "2010-02-01")}}
	for name, by := range map[string]caller{"a Region": h.as("18", "portal", "pool:upload", auth.ScopeBackdate),
		"without the role": h.as(auth.AllAdministrations, "inps", "inps:exchange", auth.ScopeBackdate)} {
		require.Equal(t, http.StatusForbidden, by.send(http.MethodPost, "/movement-intakes", list).status, name)
	}
	require.Empty(t, h.column("select movement_ref from movements"))
}

func TestAListHasTwentyThousandMovements(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	var list []object
	for n := range 20_000 {
		event, why := "SUSPEND", "MALATTIA"
		if (n/12)%2 == 1 {
			event, why = "RESUME", ""
		}
		list = append(list, happened(fmt.Sprintf("M%05d", n), fmt.Sprintf("W%02d", n%12+1), event, "2010-02-01", cause(why)))
	}
	judged := h.loader().file("/movement-intakes", csvMedia, movementCSV(list)).json(t)
	require.EqualValues(t, len(list), judged["intake"].(object)["accepted"])
	require.Equal(t, []string{"20000"}, h.column("select count(*)::text from outbox where type = 'it.w2w.lsu.worker.moved.v1'"))
}
