package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

func TestAViewIsNamedWithTheDayThatItKnows(t *testing.T) {
	t.Parallel()
	r, today := firstRules(t), day(t, "2010-05-20")
	on := func(s string) *period.Date { return new(day(t, s)) }
	for name, c := range map[string]struct {
		view    ViewName
		knownOn *period.Date
		want    View
	}{
		"as closed, unless said":  {"", nil, AsClosed},
		"as closed":               {ViewAsClosed, nil, AsClosed},
		"as known today":          {ViewAsKnown, nil, AsKnown(today)},
		"as known on this day":    {ViewAsKnown, on("2010-05-20"), AsKnown(today)},
		"as known on a past day":  {ViewAsKnown, on("2010-02-01"), AsKnown(day(t, "2010-02-01"))},
		"from the first day on":   {ViewAsKnown, on("2010-01-01"), AsKnown(day(t, "2010-01-01"))},
		"not of the pool":         {ViewAsKnown, on("2009-12-31"), View{}},
		"not the day of no view":  {ViewAsKnown, on("1970-01-01"), View{}},
		"not in the future":       {ViewAsKnown, on("2010-05-21"), View{}},
		"no day with as closed":   {ViewAsClosed, on("2010-02-01"), View{}},
		"no day without a view":   {"", on("2010-02-01"), View{}},
		"not even with day zero":  {ViewAsClosed, on("1970-01-01"), View{}},
		"nor with a future day":   {ViewAsClosed, on("2011-01-01"), View{}},
		"nor with today's":        {ViewAsClosed, on("2010-05-20"), View{}},
		"nor before all calendar": {ViewAsKnown, on("0001-01-01"), View{}},
	} {
		got, err := r.ViewOf(c.view, c.knownOn, today)
		require.Equal(t, c.want, got, name)
		if refused := c.knownOn != nil && c.want == (View{}); refused {
			f := fault.As(err)
			require.NotNil(t, f, name)
			require.Equal(t, []any{fault.RuleViolated, "query:known_on"}, []any{f.Code, f.Fields[0].Pointer}, name)
		} else {
			require.NoError(t, err, name)
		}
	}
}

func TestNothingIsKnownOfAMonthThatHasNotBegun(t *testing.T) {
	t.Parallel()
	month := period.YearMonth(2010, 3)
	require.NoError(t, AsClosed.Began(month))
	require.NoError(t, AsKnown(day(t, "2010-03-01")).Began(month))
	require.True(t, fault.Is(AsKnown(day(t, "2010-02-28")).Began(month), fault.RuleViolated))
}
