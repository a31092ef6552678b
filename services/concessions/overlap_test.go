package concessions_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// underExamination files an application with these workers and brings it to the examiner's desk.
func (h *house) underExamination(administration, ref string, codes ...string) string {
	h.t.Helper()
	province := map[string]string{"03": "MI", "07": "GE", "09": "FI"}[administration]
	c := h.as(administration, "office")
	id := idOf(c.post("/applications", istanza(ref, func(o object) {
		workers := []object{}
		for _, code := range codes {
			workers = append(workers, worker(code))
		}
		o["workers"] = workers
		o["employer"].(object)["units"] = []object{{"province": province}}
	})))
	for i, event := range []string{"PROTOCOLLA", "AVVIA_ISTRUTTORIA"} {
		c.post("/applications/"+id+"/transitions", object{"event": event}, "If-Match", fmt.Sprintf(`"%d"`, i+2))
	}
	return id
}

// covered lists who is covered as "application row", as the owner of the tables sees it: the service can't.
func (h *house) covered() (out []string) {
	h.t.Helper()
	conn, err := pgx.Connect(context.Background(), h.Admin)
	require.NoError(h.t, err)
	defer conn.Close(context.Background())
	rows, err := conn.Query(context.Background(), "select application_id || ' ' || row from concessions.worker_periods order by 1")
	require.NoError(h.t, err)
	out, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(h.t, err)
	return out
}

// TestOverlaps_Race examines at once 48 files of three administrations that share 12 persons, each person in
// a third of them. Every examination ends well, and each person is accepted in one file.
func TestOverlaps_Race(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids, administrations := make([]string, 48), []string{"03", "07", "09"}
	for i := range ids {
		var codes []string
		for n := range 4 {
			codes = append(codes, taxCode((i*5+n*3)%12)) // a different order in each file
		}
		ids[i] = h.underExamination(administrations[i%3], fmt.Sprintf("R%d", i), codes...)
	}
	answers := make([]answer, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		all.Go(func() {
			answers[i] = h.as(administrations[i%3], "examiner").send(http.MethodPost, "/applications/"+id+"/examination", object{})
		})
	}
	all.Wait()
	var want []string
	persons := map[string]string{}
	for i, a := range answers {
		require.Equal(t, http.StatusCreated, a.status, string(a.raw))
		judged := a.json(t)
		accepted := 0
		for _, row := range judged["rows"].([]any) {
			r := row.(object)
			if r["verdict"] == "REJECTED" {
				require.Equal(t, []string{"tax_code:PERIOD_OVERLAP"}, reasons(r["codes"]))
				continue
			}
			code := taxCode((i*5 + (int(r["row"].(float64))-1)*3) % 12)
			require.Empty(t, persons[code], "covered twice")
			persons[code] = ids[i]
			accepted++
			want = append(want, fmt.Sprintf("%s %v", ids[i], r["row"]))
		}
		application := judged["application"].(object)
		require.EqualValues(t, accepted, application["accepted_workers"])
		require.EqualValues(t, accepted*38052, application["estimate_cents"])
		require.Equal(t, map[bool]any{true: "ADMISSIBLE", false: "INADMISSIBLE"}[accepted > 0], application["verdict"])
		require.Equal(t, application, h.as(administrations[i%3], "office").send(http.MethodGet, "/applications/"+ids[i], nil).json(t))
	}
	require.Len(t, persons, 12, "and nobody is left out")
	slices.Sort(want)
	require.Equal(t, want, h.covered())
}

// TestWhoIsCovered follows the periods of one file through everything that occupies and frees them.
func TestWhoIsCovered(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		walk func(h *house, id string)
		want []int // rows covered at the end
	}{
		"not before the examination":              {func(*house, string) {}, nil},
		"the accepted rows of an admissible file": {func(h *house, id string) { h.examine(id) }, []int{1, 3}},
		"the same when examined twice":            {func(h *house, id string) { h.examine(id); h.examine(id) }, []int{1, 3}},
		"still while papers are awaited":          {func(h *house, id string) { h.examine(id); h.move(id, "CHIEDI_INTEGRAZIONE") }, []int{1, 3}},
		"still when a refusal is announced":       {func(h *house, id string) { h.examine(id); h.move(id, "PREAVVISA_RIGETTO") }, []int{1, 3}},
		"nobody after RESPINGI":                   {func(h *house, id string) { h.examine(id); h.move(id, "PREAVVISA_RIGETTO", "RESPINGI") }, nil},
		"nobody after RINUNCIA":                   {func(h *house, id string) { h.examine(id); h.move(id, "RINUNCIA") }, nil},
		"again after RIPRENDI_ISTRUTTORIA": {func(h *house, id string) {
			h.examine(id)
			h.move(id, "PREAVVISA_RIGETTO", "RIPRENDI_ISTRUTTORIA")
			h.examine(id)
		}, []int{1, 3}},
		"nobody when now inadmissible": {func(h *house, id string) {
			h.examine(id)
			h.change("update applications set agreement_date = null where id = $1", id)
			h.examine(id)
		}, nil},
		"less when a row is now rejected": {func(h *house, id string) {
			h.examine(id)
			h.change("update application_workers set hours_requested = 1000 where application_id = $1 and row = 3", id)
			h.examine(id)
		}, []int{1}},
		"and more when it is mended": {func(h *house, id string) {
			h.change("update application_workers set hours_requested = 1000 where application_id = $1 and row = 3", id)
			h.examine(id)
			h.change("update application_workers set hours_requested = 75 where application_id = $1 and row = 3", id)
			h.examine(id)
		}, []int{1, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			id := h.underExamination("03", "A1", taxCode(1), "wrong", taxCode(2))
			x.walk(h, id)
			var want []string
			for _, row := range x.want {
				want = append(want, fmt.Sprintf("%s %d", id, row))
			}
			require.ElementsMatch(t, want, h.covered())
		})
	}
}

func (h *house) examine(id string) object {
	h.t.Helper()
	return h.as("03", "examiner").post("/applications/"+id+"/examination", object{})
}

// move brings a file through events, a month apart: a notice of refusal has run out by then.
func (h *house) move(id string, events ...string) {
	h.t.Helper()
	c := h.as("03", "office")
	for i, event := range events {
		c.post("/applications/"+id+"/transitions", object{"event": event, "reason": "prova", "acted_on": fmt.Sprintf("2010-%02d-20", i+5)},
			"If-Match", c.version("/applications/"+id))
	}
}

// change spoils or mends what is stored, as no call could: for verdicts that turn.
func (h *house) change(statement, id string) {
	h.t.Helper()
	require.EqualValues(h.t, 1, h.AsOwner(statement, id))
}

// TestTheCoverAfterTheDecree: a rectification keeps it, a partial revocation frees the files that it names,
// a closing keeps it: the person was paid.
func TestTheCoverAfterTheDecree(t *testing.T) {
	t.Parallel()
	h := open(t)
	ids, decree := h.manyDecreed()
	rows := func(id string, rows ...int) (out []string) {
		for _, row := range rows {
			out = append(out, fmt.Sprintf("%s %d", id, row))
		}
		return out
	}
	all := slices.Concat(rows(ids[0], 1, 2, 4), rows(ids[1], 1), rows(ids[2], 1, 2, 3))
	require.ElementsMatch(t, all, h.covered())
	inps, c := h.as("*", "inps"), h.as("03", "office")
	inps.post("/inps/receipts", receipt(decree, ids[0], "F1", "SCARTATO"))
	h.move(ids[0], "RETTIFICA")
	require.ElementsMatch(t, all, h.covered(), "a rectification")
	c.post("/decrees/"+decree+"/revocations", object{"kind": "ANNULLA", "act": "D8", "reason": "Errore", "application_ids": []string{ids[0]}})
	require.ElementsMatch(t, slices.Concat(rows(ids[1], 1), rows(ids[2], 1, 2, 3)), h.covered(), "annulled in part")
	inps.post("/inps/receipts", receipt(decree, ids[1], "F2", "ACCOLTO"))
	inps.post("/inps/authorisations", object{"application_id": ids[1], "number": "123456789012", "authorised_on": "2010-05-20", "hours": 60, "cents": 30000})
	inps.post("/inps/payments", payment(ids[1], "2010-04", 40, 20000))
	c.post("/applications/"+ids[1]+"/closing", object{"effects_ended": true, "act": "DGR 5/2011"})
	c.post("/decrees/"+decree+"/revocations", object{"kind": "REVOCA", "act": "D9", "reason": "Cessazione", "application_ids": []string{ids[2]}})
	require.ElementsMatch(t, rows(ids[1], 1), h.covered(), "closed, and revoked in part")
	freed := h.underExamination("07", "B1", taxCode(1), taxCode(5), taxCode(4))
	judged := h.as("07", "examiner").post("/applications/"+freed+"/examination", object{})
	require.Equal(t, []string{"1 ACCEPTED", "2 ACCEPTED", "3 REJECTED tax_code:PERIOD_OVERLAP"}, verdicts(judged))
}

// TestATransferHasNobodyCovered: it is only possible before an examination, and its copy is examined anew.
func TestATransferHasNobodyCovered(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.as("03", "office")
	id := h.underExamination("03", "A1", taxCode(1))
	h.examine(id)
	refused := c.send(http.MethodPost, "/applications/"+id+"/transitions", object{"event": "TRASFERISCI", "transfer_to": "07"}, "If-Match", c.version("/applications/"+id))
	require.Equal(t, "state-conflict", refused.code(t))
	require.Equal(t, []string{id + " 1"}, h.covered())
	other := idOf(c.post("/applications", istanza("A2", func(o object) { o["workers"] = []object{worker(taxCode(2))} })))
	c.post("/applications/"+other+"/transitions", object{"event": "TRASFERISCI", "transfer_to": "07"}, "If-Match", `"2"`)
	require.Equal(t, []string{id + " 1"}, h.covered())
}
