package domain

import (
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/italia"
	"w2w/pkg/money"
	"w2w/pkg/params"
	"w2w/pkg/period"
	files "w2w/services/concessions/params"
)

const season = "../../testdata/season/"

func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(season + name)
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

func rules(t testing.TB) Rules {
	t.Helper()
	rows, err := params.Files(files.Files)
	require.NoError(t, err)
	set, err := params.NewSet(rows)
	require.NoError(t, err)
	atlas, err := italia.Load()
	require.NoError(t, err)
	return NewRules(set, atlas)
}

func number(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	require.NoError(t, err)
	return n
}

func day(t testing.TB, s string) period.Date {
	t.Helper()
	d, err := period.Parse(s)
	require.NoError(t, err)
	return d
}

type dossier struct {
	ref   string
	terms Terms
	rows  []Worker
	codes []AppCode
}

func readSeason(t testing.TB) []*dossier {
	t.Helper()
	byRef := map[string]*dossier{}
	var all []*dossier
	for _, r := range table(t, "applications.csv") {
		d := &dossier{ref: r["application_ref"], terms: Terms{
			Administration: r["administration"], EmployerTaxCode: r["employer_tax_code"], Employees: int(number(t, r["employees"])),
			CompanyType: CompanyType(r["company_type"]), UnitProvinces: strings.Split(r["unit_provinces"], ";"),
			Instrument: Instrument(r["instrument"]), ConcessionType: ConcessionType(r["concession_type"]),
			Period: period.Period{From: day(t, r["period_from"]), To: day(t, r["period_to"])}, FiledOn: day(t, r["filed_on"])}}
		if r["agreement_date"] != "" {
			agreed := day(t, r["agreement_date"])
			d.terms.AgreementDate = &agreed
		}
		byRef[d.ref] = d
		all = append(all, d)
	}
	for _, r := range table(t, "workers.csv") {
		d := byRef[r["application_ref"]]
		d.rows = append(d.rows, Worker{
			Row: int(number(t, r["row"])), TaxCode: r["tax_code"], WeeklyHours: number(t, r["weekly_hours"]), HiredOn: day(t, r["hired_on"]),
			MonthlyGrossPayCents: number(t, r["monthly_gross_pay_cents"]), HoursRequested: number(t, r["hours_requested"]),
			PriorHoursUsed: number(t, r["prior_hours_used"]), DID: r["did"] == "true"})
	}
	slices.SortFunc(all, func(a, b *dossier) int {
		if a.terms.FiledOn != b.terms.FiledOn {
			return int(a.terms.FiledOn - b.terms.FiledOn)
		}
		return strings.Compare(a.ref, b.ref)
	})
	return all
}

// judgeSeason judges all files in processing order with the covered periods kept in a map.
func judgeSeason(t testing.TB) []*dossier {
	t.Helper()
	all, r := readSeason(t), rules(t)
	covered := map[string][]period.Period{}
	for _, d := range all {
		require.NoError(t, JudgeRows(d.terms, d.rows, r))
		app := Application{}
		for i := range d.rows {
			w := &d.rows[i]
			if slices.ContainsFunc(covered[w.TaxCode], d.terms.Period.Overlaps) {
				w.Reject(PeriodOverlap)
			}
		}
		app.Tally(d.rows)
		var err error
		d.codes, err = JudgeApplication(d.terms, app.Accepted, r)
		require.NoError(t, err)
		for _, w := range d.rows {
			if w.Accepted() && len(d.codes) == 0 {
				covered[w.TaxCode] = append(covered[w.TaxCode], d.terms.Period)
			}
		}
	}
	return all
}

func join[T ~string](codes []T) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return strings.Join(out, ";")
}

func TestEveryRowOfTheSeasonIsJudgedAsExpected(t *testing.T) {
	t.Parallel()
	got := map[string]Worker{}
	for _, d := range judgeSeason(t) {
		for _, w := range d.rows {
			got[d.ref+"/"+strconv.Itoa(w.Row)] = w
		}
	}
	expected := table(t, "expected_workers.csv")
	require.Len(t, got, len(expected))
	for _, e := range expected {
		w := got[e["application_ref"]+"/"+e["row"]]
		require.Equal(t, e["codes"], join(w.Codes), e)
		require.Equal(t, e["verdict"] == "ACCEPTED", w.Accepted(), e)
		require.Equal(t, number(t, e["estimate_cents"]), w.EstimateCents, e)
	}
}

func TestEveryApplicationOfTheSeasonIsJudgedAsExpected(t *testing.T) {
	t.Parallel()
	got := map[string]*dossier{}
	for _, d := range judgeSeason(t) {
		got[d.ref] = d
	}
	for _, e := range table(t, "expected_applications.csv") {
		d := got[e["application_ref"]]
		app := Application{}
		app.Tally(d.rows)
		require.Equal(t, e["codes"], join(d.codes), e)
		require.Equal(t, e["verdict"] == "ADMISSIBLE", len(d.codes) == 0, e)
		require.Equal(t, number(t, e["accepted_workers"]), int64(app.Accepted), e)
		require.Equal(t, number(t, e["estimate_cents"]), app.EstimateCents, e)
	}
}

func TestTheStateShareOfEveryCommitmentIsAsExpected(t *testing.T) {
	t.Parallel()
	filed, r := map[string]period.Date{}, rules(t)
	for _, d := range readSeason(t) {
		filed[d.ref] = d.terms.FiledOn
	}
	for _, e := range table(t, "expected_commitments.csv") {
		percent, err := r.StatePercent(filed[e["application_ref"]].AddDays(30))
		require.NoError(t, err)
		require.Equal(t, number(t, e["state_cents"]), money.Share(number(t, e["committed_cents"]), percent, 100), e)
	}
}

func BenchmarkJudge400Rows(b *testing.B) {
	all, r := readSeason(b), rules(b)
	var rows []Worker
	for _, d := range all {
		rows = append(rows, d.rows...)
	}
	rows = rows[:400]
	for b.Loop() {
		if err := JudgeRows(all[0].terms, rows, r); err != nil {
			b.Fatal(err)
		}
	}
}
