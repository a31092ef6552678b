package domain

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

// always is a month after all that tests observe.
var always = period.YearMonth(2100, 12)

func TestProjectionOfTheAcceptanceSet(t *testing.T) {
	s := load(t)
	s.pool(t)
	s.movements(t)
	for _, region := range s.regions {
		p, err := s.rules.Project(s.region(region), day(t, "2011-03-31"), always, 2020)
		require.NoError(t, err)
		require.Equal(t, period.YearMonth(2011, 3), p.From, "February was closed on 10 March")
		require.Equal(t, 14, p.ObservedMonths)
		requireBalanced(t, p)
		for _, e := range p.Errors {
			require.Less(t, e.MeanAbsolutePPM, int64(60_000), "%s: within 6%% up to a year ahead: %+v", region, p.Errors)
		}
	}
}

// requireBalanced holds a projection to its own sums.
func requireBalanced(t *testing.T, p Projection) {
	t.Helper()
	for i, y := range p.Years {
		left, atEnd, cost := 0, 0, int64(0)
		for _, e := range y.Exits {
			left += e.Workers
		}
		for _, e := range p.Entities {
			atEnd, cost = atEnd+e.AtEnd[i], cost+e.CostCents[i]
		}
		require.Equal(t, y.AtStart-left, y.AtEnd, "%d", y.Year)
		require.Equal(t, y.AtEnd, atEnd, "entities of %d", y.Year)
		require.Equal(t, y.CostCents, cost, "cost of %d", y.Year)
		if i > 0 {
			require.Equal(t, p.Years[i-1].AtEnd, y.AtStart)
		}
	}
}

// steady is a pool of which the same number leaves every month of 2010, each entity in turn.
func steady(t *testing.T, size, leaveAMonth int) []Life {
	t.Helper()
	r := firstRules(t)
	lives := make([]Life, size)
	for i := range lives {
		lives[i] = Life{Worker: Worker{Ref: fmt.Sprint(i), Gender: "F", BirthDate: period.Of(1970, 1, 1), Region: "18", EntityRef: fmt.Sprint("E", i%7)}}
	}
	for n := range 12 * leaveAMonth {
		on := period.YearMonth(2010, 1) + period.Month(n/leaveAMonth)
		m, err := r.Record(Movement{Ref: fmt.Sprint(n), WorkerRef: fmt.Sprint(n), Event: Exit, EffectiveOn: on.Last(), ReceivedOn: on.Last(), Cause: "RINUNCIA"})
		require.NoError(t, err)
		lives[n].Movements = []Recorded{m}
	}
	return lives
}

func TestAPoolThatNobodyLeavesStays(t *testing.T) {
	p, err := firstRules(t).Project(steady(t, 100, 0), day(t, "2011-01-11"), always, 2013)
	require.NoError(t, err)
	requireBalanced(t, p)
	for i, y := range p.Years {
		require.Equal(t, 100, y.AtEnd)
		require.Equal(t, []int64{100 * 12 * 54138, 100 * 12 * 55600, 100 * 12 * 57268}[i], y.CostCents, "all are paid for all days")
	}
	require.Zero(t, p.EmptyIn)
	require.Zero(t, p.Errors[0].MeanAbsolutePPM)
}

func TestASteadyPoolIsProjectedAsItWent(t *testing.T) {
	p, err := firstRules(t).Project(steady(t, 1200, 12), day(t, "2011-01-11"), always, 2011)
	require.NoError(t, err)
	requireBalanced(t, p)
	require.Equal(t, 1056, p.Years[0].AtStart)
	// 144 exits over 13,608 worker-months: 1.058 % a month, and 12 months of it.
	require.InDelta(t, 929, p.Years[0].AtEnd, 1)
	require.Equal(t, []CauseCount{{"RINUNCIA", p.Years[0].AtStart - p.Years[0].AtEnd}}, p.Years[0].Exits)
	for _, e := range p.Errors {
		require.Less(t, e.MeanAbsolutePPM, int64(15_000), "%+v", e)
	}
}

func TestAProjectionKnowsOnlyWhatWasReceived(t *testing.T) {
	lives := steady(t, 120, 1)
	early, err := firstRules(t).Project(lives, day(t, "2010-06-30"), always, 2011)
	require.NoError(t, err)
	require.Equal(t, period.YearMonth(2010, 6), early.From)
	require.Equal(t, 115, early.Years[0].AtStart, "six have been told of, but June is not over for the register")
}

func TestASmallPoolEmpties(t *testing.T) {
	p, err := firstRules(t).Project(steady(t, 13, 1), day(t, "2011-01-11"), always, 2060)
	require.NoError(t, err)
	requireBalanced(t, p)
	require.NotZero(t, p.EmptyIn)
	require.Equal(t, int64(57268), p.Years[30].ASUCents, "the latest known allowance")
}

func TestNothingIsProjectedBeforeTheFirstClosing(t *testing.T) {
	_, err := firstRules(t).Project(steady(t, 10, 0), day(t, "2010-02-10"), always, 2011)
	require.True(t, fault.Is(err, fault.RuleViolated))
}

func TestSharesAddUpToTheirTotal(t *testing.T) {
	third := int64(whole / 3)
	require.Equal(t, map[string]int{"a": 1, "b": 0, "c": 0}, apportion([]string{"a", "b", "c"}, map[string]int64{"a": third, "b": third, "c": third}, 1))
	require.Equal(t, map[string]int{"a": 0, "b": 2}, apportion([]string{"a", "b"}, map[string]int64{"a": third, "b": whole + third*2}, 2))
	require.Equal(t, map[string]int{"a": 1, "b": 0}, apportion([]string{"a", "b"}, map[string]int64{"a": whole, "b": whole}, 1), "a total below the whole parts")
}
