package domain

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/pkg/money"
	"w2w/pkg/period"
)

// findRow returns one row of the season with the terms of its application.
func findRow(t testing.TB, ref string, row int) (Terms, Worker) {
	t.Helper()
	for _, d := range readSeason(t) {
		for _, w := range d.rows {
			if d.ref == ref && w.Row == row {
				return d.terms, w
			}
		}
	}
	require.FailNow(t, "no such row", "%s %d", ref, row)
	return Terms{}, Worker{}
}

func TestTheWorkedExamplesAreExplainedFractionByFraction(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, ref  string
		row        int
		months     []ExplainedMonth
		sum, exact string
		reduction  int64
		from       int64
		rounded    int64
	}{
		{"1 one month, low cap", "IST-2010-000029", 2, []ExplainedMonth{
			{"2010-04", 22, 22, "75", 89296, "89296", "5581/11", "418575/11"},
		}, "418575/11", "418575/11", 0, 2080, 38052},
		{"2 pay under one cap", "IST-2010-000007", 10, []ExplainedMonth{
			{"2010-02", 20, 20, "80", 89296, "361868/5", "90467/100", "361868/5"},
			{"2010-03", 23, 23, "92", 89296, "361868/5", "90467/115", "361868/5"},
		}, "723736/5", "723736/5", 0, 1040, 144747},
		{"3 over the new year", "IST-2010-000065", 3, []ExplainedMonth{
			{"2010-07", 15, 22, "108", 107325, "107325", "59625/88", "1609875/22"},
			{"2010-08", 22, 22, "792/5", 107325, "107325", "59625/88", "107325"},
			{"2010-09", 22, 22, "792/5", 107325, "107325", "59625/88", "107325"},
			{"2010-10", 21, 21, "756/5", 107325, "107325", "19875/28", "107325"},
			{"2010-11", 22, 22, "792/5", 107325, "107325", "59625/88", "107325"},
			{"2010-12", 23, 23, "828/5", 107325, "107325", "59625/92", "107325"},
			{"2011-01", 5, 21, "36", 90680, "90680", "113350/189", "453400/21"},
		}, "291702925/462", "58340585/154", 40, 1872, 378835},
		{"4 an extension with a reduction", "IST-2010-000012", 1, []ExplainedMonth{
			{"2010-02", 20, 20, "4700/43", 89296, "89296", "5581/9", "26230700/387"},
			{"2010-03", 23, 23, "5405/43", 89296, "89296", "111620/207", "26230700/387"},
		}, "52461400/387", "10492280/129", 40, 1872, 81336},
	} {
		terms, w := findRow(t, c.ref, c.row)
		got, err := Explain(terms, w, rules(t))
		require.NoError(t, err, c.name)
		require.Equal(t, c.months, got.Months, c.name)
		require.Equal(t, []string{c.sum, c.exact}, []string{got.SumCents, got.ExactCents}, c.name)
		require.Equal(t, []int64{c.reduction, c.from, c.rounded}, []int64{got.ReductionPercent, got.ReductionFromHours, got.RoundedCents}, c.name)
	}
}

func TestAnExplanationNamesEachParameterOnceWithItsAct(t *testing.T) {
	t.Parallel()
	terms, w := findRow(t, "IST-2010-000065", 3)
	got, err := Explain(terms, w, rules(t))
	require.NoError(t, err)
	require.Len(t, got.Sources, 3+1+3+2)
	require.Contains(t, got.Sources, Source{"cap.high_cents", 107325, "INPS circ. 18/2010"})
	require.Contains(t, got.Sources, Source{"cap.low_cents", 90680, "INPS circ. 25/2011"})
	require.Contains(t, got.Sources, Source{"reduction.PROROGA_SUCCESSIVA.percent", 40, "INPS circ. 57/2007, msg. 20024/2010, msg. 17338/2012"})
	for _, s := range got.Sources {
		require.NotEmpty(t, s.LegalRef, s.Key)
	}
}

func TestARejectedRowIsExplainedAsNothing(t *testing.T) {
	t.Parallel()
	terms, w := findRow(t, "IST-2010-000029", 2)
	w.Reject(NoDID)
	got, err := Explain(terms, w, rules(t))
	require.NoError(t, err)
	require.Equal(t, Explanation{SumCents: "0", ExactCents: "0"}, got)
}

func TestEveryEstimateOfTheSeasonIsItsExplanationRounded(t *testing.T) {
	t.Parallel()
	r := rules(t)
	for _, d := range judgeSeason(t) {
		e, err := newEstimator(d.terms, r)
		require.NoError(t, err)
		for _, w := range d.rows {
			if w.Accepted() {
				require.Equal(t, money.HalfUp(e.exact(w)), w.EstimateCents, "%s row %d", d.ref, w.Row)
			}
		}
	}
}

func drawCase(t *rapid.T) (Terms, Worker) {
	from := period.Of(2009, 1, 1).AddDays(rapid.IntRange(0, 1500).Draw(t, "from"))
	terms := Terms{
		ConcessionType: rapid.SampledFrom([]ConcessionType{FirstConcession, FirstExtension, SecondExtension, LaterExtension}).Draw(t, "type"),
		Period:         period.Period{From: from, To: from.AddDays(rapid.IntRange(-3, 400).Draw(t, "days"))}, FiledOn: from,
	}
	pay := rapid.OneOf(rapid.Int64Range(-1, 400_000), rapid.Int64Range(0, 1<<62))
	hours := rapid.OneOf(rapid.Int64Range(-1, 3000), rapid.Int64Range(0, 1<<50))
	return terms, Worker{
		MonthlyGrossPayCents: pay.Draw(t, "pay"), HoursRequested: hours.Draw(t, "hours"),
		WeeklyHours: rapid.Int64Range(-1, 60).Draw(t, "weekly"), PriorHoursUsed: rapid.Int64Range(0, 4000).Draw(t, "prior"),
	}
}

func TestTheFastWayEqualsTheExactOne(t *testing.T) {
	t.Parallel()
	r := rules(t)
	rapid.Check(t, func(t *rapid.T) {
		terms, w := drawCase(t)
		e, err := newEstimator(terms, r)
		require.NoError(t, err)
		got := e.cents(w)
		require.Equal(t, money.HalfUp(e.exact(w)), got)
		require.GreaterOrEqual(t, got, int64(0))
	})
}

func TestTheReductionStartsAtTheLastHourOfAYear(t *testing.T) {
	t.Parallel()
	terms, w := findRow(t, "IST-2010-000065", 3)
	for name, c := range map[string]struct{ prior, want int64 }{
		"one hour less": {1871, 631392}, "a whole year": {1872, 378835}, "more": {9999, 378835},
	} {
		w.PriorHoursUsed = c.prior
		got, err := Explain(terms, w, rules(t))
		require.NoError(t, err)
		require.Equal(t, c.want, got.RoundedCents, name)
	}
}

func TestAYearWithoutCapsCannotBeEstimated(t *testing.T) {
	t.Parallel()
	terms, w := findRow(t, "IST-2010-000029", 2)
	terms.Period = period.Period{From: period.Of(2014, 12, 1), To: period.Of(2015, 1, 31)}
	_, err := Explain(terms, w, rules(t))
	require.ErrorContains(t, err, "is in force on 2015-01-01")
	require.Error(t, JudgeRows(terms, []Worker{w}, rules(t)))
}
