package lsu_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/testkit"
)

func TestEachRowOfThePoolHasItsVerdict(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	wrong := testkit.TaxCode(20)[:15] + "?"
	for name, c := range map[string]struct {
		list []object
		want []string
	}{
		"in order":                        {[]object{worker(30, "18", "E18A", nil)}, []string{"ACCEPTED"}},
		"a wrong tax code":                {[]object{worker(31, "18", "E18A", with("tax_code", wrong))}, []string{"CF_INVALID"}},
		"an unknown entity":               {[]object{worker(32, "18", "E99", nil)}, []string{"ENTITY_UNKNOWN"}},
		"a blank entity":                  {[]object{worker(33, "18", "", nil)}, []string{"ENTITY_UNKNOWN"}},
		"a Region without pool":           {[]object{worker(34, "03", "E18A", nil)}, []string{"REGION_UNKNOWN"}},
		"no Region":                       {[]object{worker(35, "X", "E18A", nil)}, []string{"REGION_UNKNOWN"}},
		"an entity of another Region":     {[]object{worker(36, "18", "E19A", nil)}, []string{"ACCEPTED"}},
		"in the pool by reference":        {[]object{worker(37, "18", "E18A", with("worker_ref", "W01"))}, []string{"WORKER_DUPLICATE"}},
		"in the pool by tax code":         {[]object{worker(38, "18", "E18A", with("tax_code", testkit.TaxCode(9)))}, []string{"WORKER_DUPLICATE"}},
		"twice in the list":               {[]object{worker(39, "18", "E18A", nil), worker(39, "19", "E19A", nil)}, []string{"ACCEPTED", "WORKER_DUPLICATE"}},
		"the tax code twice":              {[]object{worker(40, "18", "E18A", nil), worker(41, "18", "E18A", with("tax_code", testkit.TaxCode(40)))}, []string{"ACCEPTED", "WORKER_DUPLICATE"}},
		"rejected before, then corrected": {[]object{worker(42, "18", "E99", nil), worker(42, "18", "E18A", nil)}, []string{"ENTITY_UNKNOWN", "ACCEPTED"}},
		"everything at once": {[]object{worker(43, "X", "E99", func(o object) { o["tax_code"], o["worker_ref"] = "short", "W02" })},
			[]string{"CF_INVALID;ENTITY_UNKNOWN;REGION_UNKNOWN;WORKER_DUPLICATE"}},
	} {
		judged := h.ministry().intake("/pool-intakes", c.list)
		require.Equal(t, c.want, verdicts(judged), name)
		require.Equal(t, c.want, verdicts(h.ministry().send(http.MethodGet, intakeOf(judged)+"/rows", nil).json(t)), name)
	}
}

func TestAWorkerEntersWithTheHoursOfTheLawUnlessHeHasHisOwn(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	require.Equal(t, []string{"20", "20", "30"}, h.column("select weekly_hours::text from workers where worker_ref in ('W01', 'W02', 'W03') order by worker_ref"))
	require.Equal(t, []string{"W03"}, h.column("select worker_ref from workers where pool_hours <> 20 or pool_entity <> entity_ref or state <> 'ATTIVO' or administration not in ('18', '19')"))
	require.Empty(t, h.column(`select worker_ref from workers where encode(person, 'escape') ~ 'Xawu|80A01' or encode(tax_key, 'escape') ~ '80A01'`), "sealed at rest")
}

func TestASealedPoolTakesNobody(t *testing.T) {
	t.Parallel()
	for name, seal := range map[string]string{
		"an accepted movement": `insert into movements (id, administration, movement_ref, worker_id, worker_ref, event, effective_on, received_on, cause, verdict, month_learned, intake_id, intake_row, intake_line)
			select gen_random_uuid(), '18', 'M1', id, worker_ref, 'EXIT', '2010-01-05', '2010-01-06', 'DECESSO', 'ACCEPTED', '2010-01-01', intake_id, 1, 1 from workers where worker_ref = 'W01'`,
		"a month that was submitted": `insert into months (administration, month, state, version) values ('18', '2010-01-01', 'OPEN', 3)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t).pooled()
			m := h.ministry()
			require.EqualValues(t, 1, h.AsOwner(seal))
			list := []object{worker(20, "19", "E19A", nil), worker(21, "18", "E18A", nil)}
			refused := m.send(http.MethodPost, "/pool-intakes", object{"items": list})
			require.Equal(t, http.StatusConflict, refused.status)
			require.Equal(t, "state-conflict", refused.code(t))
			require.Equal(t, "POOL_SEALED", refused.json(t)["guard"])
			require.Equal(t, "/items/1/region", refused.json(t)["errors"].([]any)[0].(object)["pointer"])
			refused = m.file("/pool-intakes", csvMedia, poolCSV(list))
			require.Equal(t, "line:3", refused.json(t)["errors"].([]any)[0].(object)["pointer"])
			require.Len(t, h.column("select worker_ref from workers"), 12, "nobody entered")
			require.Len(t, h.column("select id::text from intakes"), 2, "nothing is kept")
			m.accepted("/pool-intakes", list[:1])
			unread := strings.Replace(poolCSV(list), `Yoli,M,`, `Yoli,X,`, 1)
			require.Equal(t, []string{"WORKER_DUPLICATE", "UNREAD"}, verdicts(m.file("/pool-intakes", csvMedia, unread).json(t)))
		})
	}
}

func TestARejectedMovementSealsNoPool(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	h.AsOwner(`insert into movements (id, administration, movement_ref, worker_ref, event, effective_on, received_on, verdict, intake_id, intake_row, intake_line)
		values (gen_random_uuid(), '18', 'M1', 'W01', 'EXIT', '2010-01-05', '2010-01-06', 'REJECTED', gen_random_uuid(), 1, 1)`)
	h.ministry().accepted("/pool-intakes", []object{worker(20, "18", "E18A", nil)})
}

// poolCSV is a list of workers as a file without hours.
func poolCSV(list []object) string {
	names := strings.Fields("worker_ref tax_code family_name given_name gender birth_date region entity_ref in_pool_since")
	out := strings.Join(names, ",") + "\n"
	for _, o := range list {
		var cells []string
		for _, name := range names {
			cells = append(cells, o[name].(string))
		}
		out += strings.Join(cells, ",") + "\n"
	}
	return out
}

func TestOnlyWhoKeepsTheRegisterLoadsThePool(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	list := object{"items": []object{worker(20, "18", "E18A", nil)}}
	for name, c := range map[string]caller{"without the scope": h.as("*", "inps", "inps:exchange", "people:read"), "a Region": h.as("18", "region")} {
		refused := c.send(http.MethodPost, "/pool-intakes", list)
		require.Equal(t, http.StatusForbidden, refused.status, name)
		require.Equal(t, "scope-missing", refused.code(t), name)
	}
	require.Len(t, h.column("select worker_ref from workers"), 12)
}

func TestTheEventsOfThePoolNameNobody(t *testing.T) {
	t.Parallel()
	h := open(t).pooled()
	events := h.column("select administration || ' ' || subject || ' ' || (data->'workers')::text from outbox where type = 'it.w2w.lsu.pool.entered.v1' order by administration")
	require.Len(t, events, 2, "one for each Region")
	for i, keys := range [][]string{h.column("select encode(tax_key, 'hex') from workers where administration = '18' order by worker_ref"), h.column("select encode(tax_key, 'hex') from workers where administration = '19' order by worker_ref")} {
		require.Equal(t, []string{"18", "19"}[i], events[i][:2])
		var workers []object
		at := strings.Index(events[i], "[")
		require.NoError(t, json.Unmarshal([]byte(events[i][at:]), &workers))
		var named []string
		for _, w := range workers {
			named = append(named, w["worker"].(string))
		}
		require.Equal(t, keys, named, "by pseudonym, in the order of the list")
	}
	require.Equal(t, 2, h.Audited("intake.upload", "intake/%"))
}

func TestALongListHasSeveralEvents(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.ministry().accepted("/entity-intakes", smallEntities())
	var list []object
	for n := range 1001 {
		list = append(list, worker(n, "18", "E18A", nil))
	}
	h.ministry().accepted("/pool-intakes", list)
	require.Equal(t, []string{"500", "500", "1"},
		h.column("select jsonb_array_length(data->'workers')::text from outbox where type = 'it.w2w.lsu.pool.entered.v1' order by id"))
}

func TestOneListSentTwiceAtOnceEntersOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.ministry().accepted("/entity-intakes", smallEntities())
	accepted := make([]float64, 6)
	var all sync.WaitGroup
	for i := range accepted {
		all.Go(func() {
			a := h.ministry().send(http.MethodPost, "/pool-intakes", object{"items": smallPool()})
			if a.status == http.StatusCreated {
				accepted[i] = a.json(t)["intake"].(object)["accepted"].(float64)
			}
		})
	}
	all.Wait()
	require.ElementsMatch(t, []float64{12, 0, 0, 0, 0, 0}, accepted)
	require.Len(t, h.column("select worker_ref from workers"), 12)
}

func TestAnUploadSentAgainUnderItsKeyHasOneEffect(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.ministry().accepted("/entity-intakes", smallEntities())
	first := h.ministry().post("/pool-intakes", object{"items": smallPool()}, "Idempotency-Key", "pool-1")
	again := h.ministry().post("/pool-intakes", object{"items": smallPool()}, "Idempotency-Key", "pool-1")
	require.Equal(t, first, again)
	require.Len(t, h.column("select id::text from intakes where kind = 'POOL'"), 1)
}

// TestThePoolOfTheSetIsJudgedAsItsRulesSay sends the files as they are.
func TestThePoolOfTheSetIsJudgedAsItsRulesSay(t *testing.T) {
	t.Parallel()
	h := open(t)
	read := func(name string) string {
		raw, err := os.ReadFile("testdata/lsu-pool/" + name)
		require.NoError(t, err)
		return string(raw)
	}
	registered := h.ministry().file("/entity-intakes", csvMedia, read("entities.csv"))
	require.Equal(t, http.StatusCreated, registered.status)
	require.EqualValues(t, 192, registered.json(t)["intake"].(object)["accepted"])
	judged := h.ministry().file("/pool-intakes", csvMedia, read("pool.csv"))
	require.Equal(t, http.StatusCreated, judged.status, string(judged.raw[:min(len(judged.raw), 500)]))
	expected, err := csv.NewReader(strings.NewReader(read("expected_pool.csv"))).ReadAll()
	require.NoError(t, err)
	var want []string
	for _, row := range expected[1:] {
		want = append(want, row[1]+" "+map[bool]string{true: "ACCEPTED", false: row[3]}[row[2] == "ACCEPTED"])
	}
	var got []string
	rows := judged.json(t)
	for i, v := range verdicts(rows) {
		got = append(got, rows["rows"].([]any)[i].(object)["reference"].(string)+" "+v)
	}
	require.Equal(t, want, got)
}
