package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/period"
)

// lives are three workers of Region 18: one leaves late, one is suspended in time, and one stays.
func lives(t *testing.T, r Rules) []Life {
	t.Helper()
	out := make([]Life, 3)
	for i, ref := range []string{"W1", "W2", "W3"} {
		out[i] = Life{Worker: Worker{Ref: ref, Gender: "F", BirthDate: day(t, "1960-05-01"), Region: "18", EntityRef: "E1"}}
	}
	add := func(n int, m Movement) {
		recorded, err := r.Record(m)
		require.NoError(t, err)
		out[n].Movements = append(out[n].Movements, recorded)
	}
	add(0, Movement{Ref: "M9", Event: Exit, Cause: "DECESSO", EffectiveOn: day(t, "2010-01-16"), ReceivedOn: day(t, "2010-03-20")})
	add(1, Movement{Ref: "M2", Event: Suspend, Cause: "MALATTIA", EffectiveOn: day(t, "2010-02-15"), ReceivedOn: day(t, "2010-02-16")})
	add(1, Movement{Ref: "M3", Event: Transfer, ToEntity: "E2", EffectiveOn: day(t, "2010-02-15"), ReceivedOn: day(t, "2010-03-20")})
	return out
}

// reported builds the report of a month of 2010 with all months before it.
func reported(t *testing.T, v View, month period.Month) Report {
	t.Helper()
	r := firstRules(t)
	m := Matter{Region: "18", View: v, Lives: lives(t, r), FundsCents: 1_000_000, LegalRef: "Convenzione 2010", Paid: map[period.Month]int64{period.YearMonth(2010, 1): 70, month: 5},
		Entity: func(ref string) (Entity, bool) {
			return Entity{Ref: ref, Name: "Comune di " + ref, Kind: "COMUNE"}, true
		}}
	var err error
	m.Before, err = r.Lines(m, month-1, func(int) int64 { return 1_000_000 })
	require.NoError(t, err)
	m.Corrections, err = Corrections(m.Lives, nil, &r, v.Corrects(month))
	require.NoError(t, err)
	terms, err := r.Terms(month)
	require.NoError(t, err)
	return Build(&terms, m)
}

func TestAReportAddsUpItsYearAndIsSetAgainstTheMonthBefore(t *testing.T) {
	t.Parallel()
	march := reported(t, AsClosed, period.YearMonth(2010, 3))
	// W1 is known to have left from March on, W2 is paid for fourteen days of February.
	due := []int64{3 * 53312, 2*53312 + 26656, 53312}
	require.Equal(t, []int64{due[2], due[0] + due[1] + due[2], 1_000_000 - due[0] - due[1] - due[2], 5, 75},
		[]int64{march.DueCents, march.YearDueCents, march.ResidualCents, march.PaidCents, march.YearPaidCents})
	require.Equal(t, []any{period.YearMonth(2010, 2), 3, due[1]}, []any{march.MonthBefore.Month, march.MonthBefore.AtEnd, march.MonthBefore.DueCents})
	require.Nil(t, march.YearBefore)
	require.Equal(t, []Point{{period.YearMonth(2010, 1), 3}, {period.YearMonth(2010, 2), 3}, {period.YearMonth(2010, 3), 2}}, march.Decline)
	require.Equal(t, []EntityLine{
		{EntityRef: "E1", Name: "Comune di E1", Kind: "COMUNE", AtStart: 3, Exits: 1, TransferredOut: 1, Active: 1, AtEnd: 1, DueCents: 53312},
		{EntityRef: "E2", Name: "Comune di E2", Kind: "COMUNE", TransferredIn: 1, Suspended: 1, AtEnd: 1},
	}, march.Entities)
	require.Equal(t, []string{"M9", "M3"}, []string{march.Corrections[0].MovementRef, march.Corrections[1].MovementRef}, "by month of reference")
	// Sixteen of thirty-one days of January, 27515.87 cents, instead of all of January and February.
	require.Equal(t, []int64{27516 - 53312 - 53312, 0}, []int64{march.Corrections[0].EffectCents, march.Corrections[1].EffectCents})
}

func TestTheYearBeforeIsTheSameMonth(t *testing.T) {
	t.Parallel()
	march := reported(t, AsClosed, period.YearMonth(2011, 3))
	require.Equal(t, []any{period.YearMonth(2010, 3), 1}, []any{march.YearBefore.Month, march.YearBefore.Left()})
	require.Equal(t, int64(3*54138), march.YearDueCents, "the year begins again")
}

func TestAsKnownAReportListsWhatTakesEffectInItsMonth(t *testing.T) {
	t.Parallel()
	january := period.YearMonth(2010, 1)
	before := reported(t, AsKnown(day(t, "2010-03-19")), january)
	require.Equal(t, []int{3, 0}, []int{before.AtEnd, len(before.Corrections)})
	after := reported(t, AsKnown(day(t, "2010-03-20")), january)
	require.Equal(t, []any{2, "M9", 1}, []any{after.AtEnd, after.Corrections[0].MovementRef, len(after.Corrections)})
}

func TestAMonthThatIsFrozenIsNotCountedAgain(t *testing.T) {
	t.Parallel()
	r := firstRules(t)
	january, february := period.YearMonth(2010, 1), period.YearMonth(2010, 2)
	frozen := Line{Region: "18", Month: february, AtEnd: 77, DueCents: 7}
	lines, err := r.Lines(Matter{Region: "18", Lives: lives(t, r), Before: []Line{frozen}}, february+1, func(int) int64 { return 1_000_000 })
	require.NoError(t, err)
	require.Equal(t, []period.Month{january, february, february + 1}, []period.Month{lines[0].Month, lines[1].Month, lines[2].Month})
	require.Equal(t, frozen, lines[1])
	require.Equal(t, lines[0].DueCents+7+lines[2].DueCents, lines[2].YearDueCents)
}
