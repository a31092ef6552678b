package period

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseRefusesDaysThatDoNotExist(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"2011-02-29", "2010-13-01", "2010-1-01", "", "01/02/2010", "2010-04-31"} {
		_, err := Parse(bad)
		require.Error(t, err, bad)
	}
	d, err := Parse("2012-02-29")
	require.NoError(t, err)
	require.Equal(t, "2012-02-29", d.String())
}

func TestWeekdaysEqualCountingDayByDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := Date(rapid.IntRange(-20000, 30000).Draw(t, "from"))
		p := Period{from, from.AddDays(rapid.IntRange(0, 800).Draw(t, "days"))}
		count := 0
		for d := p.From; d <= p.To; d++ {
			if w := d.Time().Weekday(); w != time.Saturday && w != time.Sunday {
				count++
			}
		}
		require.Equal(t, count, p.Weekdays())
		sum := 0
		for _, m := range p.Months() {
			sum += m.Weekdays
			require.LessOrEqual(t, m.Weekdays, m.MonthWeekdays)
		}
		require.Equal(t, count, sum)
	})
}

func TestOverlapsSharesADay(t *testing.T) {
	t.Parallel()
	a := Period{Of(2010, 1, 11), Of(2010, 4, 11)}
	for name, c := range map[string]struct {
		b    Period
		want bool
	}{
		"inside":        {Period{Of(2010, 2, 1), Of(2010, 2, 28)}, true},
		"last day":      {Period{Of(2010, 4, 11), Of(2010, 5, 1)}, true},
		"the day after": {Period{Of(2010, 4, 12), Of(2010, 5, 1)}, false},
		"before":        {Period{Of(2009, 4, 12), Of(2010, 1, 10)}, false},
	} {
		require.Equal(t, c.want, a.Overlaps(c.b), name)
		require.Equal(t, c.want, c.b.Overlaps(a), name)
	}
}

func TestMonthsOfTheWorkedExampleOverTheNewYear(t *testing.T) {
	t.Parallel()
	p := Period{Of(2010, 7, 12), Of(2011, 1, 9)}
	require.Equal(t, []MonthPart{
		{2010, 7, 15, 22}, {2010, 8, 22, 22}, {2010, 9, 22, 22}, {2010, 10, 21, 21},
		{2010, 11, 22, 22}, {2010, 12, 23, 23}, {2011, 1, 5, 21},
	}, p.Months())
	require.Equal(t, Of(2011, 1, 1), p.Months()[6].First())
}

func TestPeriodsThatEndBeforeTheyStart(t *testing.T) {
	t.Parallel()
	p := Period{Of(2010, 3, 10), Of(2010, 3, 9)}
	require.False(t, p.IsOrdered())
	require.Zero(t, p.Weekdays())
	require.False(t, p.Contains(p.From))
	for _, m := range p.Months() {
		require.Zero(t, m.Weekdays)
	}
}

func TestDaysAreMovedAndCounted(t *testing.T) {
	t.Parallel()
	d := Of(2012, 2, 28)
	require.Equal(t, "2012-03-01", d.AddDays(2).String())
	require.Equal(t, 2, d.AddDays(2).DaysSince(d))
	require.Equal(t, 2011, d.AddDays(-59).Year())
	require.True(t, Period{d, d}.Contains(d))
	require.Equal(t, 1, Period{d, d}.Weekdays())
}
