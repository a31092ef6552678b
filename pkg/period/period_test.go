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
