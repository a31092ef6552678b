package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

func TestARefusalWaitsForTheAnswerToItsNotice(t *testing.T) {
	t.Parallel()
	notice := period.Of(2010, 5, 3)
	after := func(days int) *period.Date { d := notice.AddDays(days); return &d }
	for name, c := range map[string]struct {
		on, answered *period.Date
		rules        Rules
		want         fault.Code
	}{
		"on the day":                    {after(0), nil, rules(t), fault.StateConflict},
		"on the last day to answer":     {after(10), nil, rules(t), fault.StateConflict},
		"once the days are over":        {after(11), nil, rules(t), ""},
		"before its notice":             {after(-1), nil, rules(t), fault.StateConflict},
		"answered":                      {after(4), after(3), rules(t), ""},
		"answered and refused at once":  {after(0), after(0), rules(t), ""},
		"an answer before the notice":   {after(4), after(-1), rules(t), fault.RuleViolated},
		"an answer that is yet to come": {after(4), after(5), rules(t), fault.RuleViolated},
		"without the parameter":         {after(99), nil, Rules{}, fault.RuleViolated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := ready(UnderExamination)
			_, err := a.Apply(Act{Event: AnnounceRefusal, By: everyScope, On: notice})
			require.NoError(t, err)
			require.Equal(t, &notice, a.NotifiedOn)
			act := Act{Event: Refuse, By: everyScope, On: *c.on, AnsweredOn: c.answered, Rules: c.rules}
			missing := a.guard(NoticePeriodOver, act)
			_, err = a.Apply(act)
			require.Equal(t, missing, err, "what is missing is what refuses")
			if c.want == "" {
				require.NoError(t, err)
				require.Equal(t, Refused, a.State)
				return
			}
			require.True(t, fault.Is(err, c.want), "%v", err)
			require.Equal(t, RefusalAnnounced, a.State)
			if c.want == fault.StateConflict {
				require.Equal(t, map[string]any{"guard": "NOTICE_PERIOD_OVER", "first_possible_day": notice.AddDays(11)}, fault.As(err).Extra)
			}
		})
	}
}

func TestANoticeEndsWithTheExaminationTakenUpAgain(t *testing.T) {
	t.Parallel()
	a := ready(AtTable)
	_, err := a.Apply(Act{Event: AnnounceRefusal, By: everyScope, On: period.Of(2010, 5, 3)})
	require.NoError(t, err)
	_, err = a.Apply(Act{Event: Reexamine, By: everyScope, On: period.Of(2010, 5, 7)})
	require.NoError(t, err)
	require.Nil(t, a.NotifiedOn)
	again := period.Of(2010, 6, 1)
	_, err = a.Apply(Act{Event: AnnounceRefusal, By: everyScope, On: again})
	require.NoError(t, err)
	_, err = a.Apply(Act{Event: Refuse, By: everyScope, On: again.AddDays(3), Rules: rules(t)})
	require.True(t, fault.Is(err, fault.StateConflict), "the days count from the second notice")
}
