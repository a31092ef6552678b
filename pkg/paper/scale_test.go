package paper

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAxesHaveNiceNumbers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		least, most int64
		zoomed      bool
		unit        Unit
		ticks       []string
		words       string
	}{
		"counts":        {2000, 133_890, false, Counts, []string{"0", "20.000", "40.000", "60.000", "80.000", "100.000", "120.000", "140.000"}, "n"},
		"nothing":       {0, 0, false, Counts, []string{"0", "1"}, "n"},
		"few":           {1, 3, false, Counts, []string{"0", "1", "2", "3"}, "n"},
		"euros":         {0, 1_234_00, false, Cents, []string{"0", "200", "400", "600", "800", "1.000", "1.200", "1.400"}, "n (euro)"},
		"cents":         {0, 180, false, Cents, []string{"0,00", "0,50", "1,00", "1,50", "2,00"}, "n (euro)"},
		"millions":      {0, 5_000_000_00, false, Cents, []string{"0", "1", "2", "3", "4", "5"}, "n (milioni di euro)"},
		"below zero":    {-350, 120, false, Counts, []string{"-400", "-300", "-200", "-100", "0", "100", "200"}, "n"},
		"zoomed":        {1003, 1038, true, Counts, []string{"1.000", "1.005", "1.010", "1.015", "1.020", "1.025", "1.030", "1.035", "1.040"}, "n"},
		"zoomed, level": {700, 700, true, Counts, []string{"700", "701"}, "n"},
	} {
		s := scaleOf(c.least, c.most, c.zoomed, c.unit)
		var ticks []string
		for _, v := range s.ticks() {
			ticks = append(ticks, s.write(v))
		}
		require.Equal(t, c.ticks, ticks, name)
		require.Equal(t, c.words, s.words("n"), name)
	}
}

func TestAnAxisHoldsEveryValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(-largest, largest).Draw(t, "a"), rapid.Int64Range(-largest, largest).Draw(t, "b")
		zoomed := rapid.Bool().Draw(t, "zoomed")
		s := scaleOf(min(a, b), max(a, b), zoomed, Counts)
		require.LessOrEqual(t, s.low, min(a, b))
		require.GreaterOrEqual(t, s.high, max(a, b))
		require.Less(t, s.low, s.high)
		require.Zero(t, s.low%s.step)
		require.LessOrEqual(t, len(s.ticks()), intervals+1)
		if !zoomed {
			require.False(t, s.cut(), "zero is on it")
		}
		for _, v := range []int64{a, b} {
			require.GreaterOrEqual(t, s.part(v), 0.0)
			require.LessOrEqual(t, s.part(v), 1.0)
		}
	})
}

func TestLabelsMoveApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var labels []label
		y := 10.0
		for range rapid.IntRange(1, mostSeries).Draw(t, "n") {
			y += rapid.Float64Range(0, 15).Draw(t, "further")
			labels = append(labels, label{y: min(y, 60)})
		}
		spread(labels, 10, 60)
		for i, l := range labels {
			require.GreaterOrEqual(t, l.y, 10+labelHeight/2-0.001)
			require.LessOrEqual(t, l.y, 60-labelHeight/2+0.001)
			if i > 0 {
				require.GreaterOrEqual(t, l.y-labels[i-1].y, labelHeight-0.001)
			}
		}
	})
}

func TestMonthsThatAreNamed(t *testing.T) {
	t.Parallel()
	january := monthOf("2010-01")
	for name, c := range map[string]struct {
		from, to string
		width    float64
		want     []int
	}{
		"one":                         {"2010-01", "2010-01", 150, []int{0}},
		"each":                        {"2010-01", "2010-04", 150, []int{0, 1, 2, 3}},
		"every second, and the last":  {"2010-01", "2010-12", 60, []int{0, 2, 4, 6, 8, 11}},
		"by quarters of the calendar": {"2010-02", "2010-12", 40, []int{3, 6, 11}},
		"by years":                    {"2010-01", "2014-12", 50, []int{0, 12, 24, 36, 48, 59}},
		"only the last":               {"2010-01", "2010-03", 5, []int{2}},
	} {
		p := plot{area: room{w: c.width}, first: monthOf(c.from), last: monthOf(c.to), scale: scaleOf(0, 1, false, Counts)}
		got := p.named()
		for i := range got {
			got[i] -= january
		}
		require.Equal(t, c.want, got, name)
	}
}
