package domain

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/params"
	"w2w/pkg/period"
	files "w2w/services/lsu/params"
)

const acceptance = "../../testdata/lsu-pool/"

func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(acceptance + name)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, head := range rows[0] {
			m[head] = r[i]
		}
		out = append(out, m)
	}
	return out
}

func firstRules(t testing.TB) Rules {
	t.Helper()
	rows, err := params.Files(files.Files)
	require.NoError(t, err)
	for _, r := range rows {
		require.NoError(t, CheckParameter(r), r.Key)
	}
	set, err := params.NewSet(rows)
	require.NoError(t, err)
	return NewRules(set, 1)
}

func day(t testing.TB, s string) period.Date {
	t.Helper()
	d, err := period.Parse(s)
	require.NoError(t, err)
	return d
}

// set is the acceptance set as the domain sees it once all rows are judged.
type set struct {
	rules     Rules
	entities  map[string]Entity
	lives     map[string]*Life
	standings map[string]Standing
	regions   []string
	funds     map[string]string
}

func load(t testing.TB) *set {
	s := &set{rules: firstRules(t), entities: map[string]Entity{}, lives: map[string]*Life{}, standings: map[string]Standing{}, funds: map[string]string{}}
	for _, r := range table(t, "entities.csv") {
		s.entities[r["entity_ref"]] = Entity{r["entity_ref"], r["name"], r["region"], r["kind"]}
	}
	for _, r := range table(t, "conventions.csv") {
		s.regions, s.funds[r["region"]] = append(s.regions, r["region"]), r["funds_cents"]
	}
	return s
}

func (s *set) entity(ref string) (Entity, bool) {
	e, ok := s.entities[ref]
	return e, ok
}

func joined(codes []Code) string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = string(c)
	}
	return strings.Join(texts, ";")
}

func (s *set) pool(t *testing.T) {
	taxCodes := map[string]bool{}
	known := Known{Entity: s.entity, Ref: func(ref string) bool { return s.lives[ref] != nil }, TaxCode: func(c string) bool { return taxCodes[c] },
		IsRegion: func(code string) bool { return slices.Contains(s.regions, code) }}
	expected := table(t, "expected_pool.csv")
	for i, r := range table(t, "pool.csv") {
		w := Worker{Ref: r["worker_ref"], Person: Person{TaxCode: r["tax_code"]}, Gender: r["gender"], BirthDate: day(t, r["birth_date"]), Region: r["region"], EntityRef: r["entity_ref"]}
		codes := JudgeWorker(w, known)
		require.Equal(t, expected[i]["codes"], joined(codes), "row %d", i+1)
		if len(codes) == 0 {
			s.lives[w.Ref], taxCodes[w.Person.TaxCode] = &Life{Worker: w}, true
			s.standings[w.Ref] = Standing{Region: w.Region, State: Active, EntityRef: w.EntityRef}
		}
	}
}

func (s *set) movements(t *testing.T) {
	var all []Movement
	for _, r := range table(t, "movements.csv") {
		all = append(all, Movement{Ref: r["movement_ref"], WorkerRef: r["worker_ref"], Event: Event(r["event"]), EffectiveOn: day(t, r["effective_on"]),
			ReceivedOn: day(t, r["received_on"]), Cause: r["cause"], ToEntity: r["to_entity"]})
	}
	slices.SortFunc(all, ByReceipt)
	got := map[string]string{}
	for _, m := range all {
		life := s.lives[m.WorkerRef]
		if life == nil {
			got[m.Ref] = string(WorkerUnknown)
			continue
		}
		codes, err := s.rules.JudgeMovement(m, s.standings[m.WorkerRef], s.entity)
		require.NoError(t, err)
		got[m.Ref] = joined(codes)
		if len(codes) == 0 {
			s.standings[m.WorkerRef] = s.standings[m.WorkerRef].Apply(m)
			recorded, err := s.rules.Record(m)
			require.NoError(t, err)
			life.Movements = append(life.Movements, recorded)
		}
	}
	for _, r := range table(t, "expected_movements.csv") {
		require.Equal(t, r["codes"], got[r["movement_ref"]], r["movement_ref"])
	}
}

func (s *set) region(code string) (out []Life) {
	for _, l := range s.lives {
		if l.Region == code {
			out = append(out, *l)
		}
	}
	return out
}

func TestAcceptanceSetInTheDomain(t *testing.T) {
	s := load(t)
	s.pool(t)
	s.movements(t)
	expected := map[string]string{}
	columns := strings.Split("at_start exits_stabilizzazione exits_pensionamento exits_decadenza exits_rinuncia exits_decesso exits_fuoriuscita_incentivata suspended_at_end active_at_end at_end at_end_m at_end_f age_under_40 age_40_49 age_50_59 age_60_plus asu_due_cents", " ")
	for _, r := range table(t, "expected_reports.csv") {
		var cells []string
		for _, c := range columns {
			cells = append(cells, r[c])
		}
		expected[r["region"]+r["month"]+r["view"]] = strings.Join(cells, ",")
	}
	known := day(t, "2011-03-31")
	for _, region := range s.regions {
		lives := s.region(region)
		for m := period.YearMonth(2010, 1); m.Year() == 2010; m++ {
			terms, err := s.rules.Terms(m)
			require.NoError(t, err)
			for name, view := range map[string]View{"AS_CLOSED": AsClosed, "AS_KNOWN_2011-03-31": AsKnown(known)} {
				line, _ := Fold(lives, &terms, view)
				require.Equal(t, expected[region+m.String()+name], cells(line), "%s %s %s", region, m, name)
			}
		}
	}
	s.corrections(t)
}

func cells(l Line) string {
	exits := map[string]int{}
	for _, e := range l.Exits {
		exits[e.Cause] = e.Workers
	}
	out := []any{l.AtStart}
	for _, cause := range []string{"STABILIZZAZIONE", "PENSIONAMENTO", "DECADENZA", "RINUNCIA", "DECESSO", "FUORIUSCITA_INCENTIVATA"} {
		out = append(out, exits[cause])
	}
	out = append(out, l.Suspended, l.Active, l.AtEnd, l.Male, l.Female)
	for _, band := range l.Ages {
		out = append(out, band.Workers)
	}
	out = append(out, l.DueCents)
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(out), "[]"), " ", ",")
}

func (s *set) corrections(t *testing.T) {
	var got []string
	for _, region := range s.regions {
		found, err := Corrections(s.region(region), nil, &s.rules, func(*Recorded) bool { return true })
		require.NoError(t, err)
		for _, c := range found {
			got = append(got, fmt.Sprintln(c.Region, c.MonthOfReference, c.MonthReceived, c.MovementRef, c.MonthLearned))
		}
	}
	var expected []string
	for _, r := range table(t, "expected_corrections.csv") {
		expected = append(expected, fmt.Sprintln(r["region"], r["month_of_reference"], r["month_received"], r["movement_ref"], r["month_learned"]))
	}
	require.ElementsMatch(t, expected, got)
}
