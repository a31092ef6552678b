package domain

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/period"
)

// TestWhatIsPossibleHappens tries, for every state, caller and file, each event that may follow: what is
// reported as possible happens, and what is not is refused.
func TestWhatIsPossibleHappens(t *testing.T) {
	t.Parallel()
	poor, rich := int64(99), int64(100)
	callers := []auth.Identity{everyScope, {Actor: "someone", Scopes: []string{ScopeFile}}, {Actor: "someone", Scopes: []string{ScopeExamine, ScopeDecree}}}
	seen := map[bool]int{}
	for _, s := range allStates() {
		for _, by := range callers {
			for _, verdict := range []Verdict{NotExamined, Admissible, Inadmissible} {
				for _, examiner := range []string{"someone", "another"} {
					for _, funds := range []*int64{&poor, &rich, nil} {
						a := ready(s)
						a.Verdict, a.Examiner, a.EstimateCents = verdict, examiner, 100
						act := Act{By: by, On: period.Of(2010, 5, 3), Receiver: "07", Available: funds}
						for _, p := range a.Possible(act) {
							tried := a
							act.Event = p.Event
							_, err := tried.Apply(act)
							require.Equal(t, len(p.Missing) == 0, err == nil, "%s by %s: %v", s, p.Event, err)
							seen[err == nil]++
						}
					}
				}
			}
		}
	}
	require.Greater(t, seen[true], 100)
	require.Greater(t, seen[false], 100)
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	poor := int64(30)
	for name, c := range map[string]struct {
		state  State
		event  Event
		change func(a *Application, act *Act)
		want   []string
		cents  int64
	}{
		"nothing":           {Granted, Commit, func(*Application, *Act) {}, nil, 0},
		"the role":          {Granted, Commit, func(_ *Application, act *Act) { act.By.Scopes = nil }, []string{MissingScope}, 0},
		"money":             {Granted, Commit, func(a *Application, act *Act) { a.EstimateCents, act.Available = 100, &poor }, []string{"FUNDS_SUFFICE"}, 70},
		"another person":    {Committed, Decree, func(a *Application, _ *Act) { a.Examiner = "SOMEONE" }, []string{"EXAMINER_DIFFERS"}, 0},
		"a verdict":         {UnderExamination, AnnounceRefusal, func(a *Application, _ *Act) { a.Verdict = NotExamined }, []string{"IS_EXAMINED"}, 0},
		"role and verdict":  {UnderExamination, SendToTable, func(a *Application, act *Act) { a.Verdict, act.By.Scopes = Inadmissible, nil }, []string{MissingScope, "IS_ADMISSIBLE"}, 0},
		"a receiver to say": {Filed, Transfer, func(*Application, *Act) {}, nil, 0},
	} {
		a, act := ready(c.state), Act{By: everyScope}
		c.change(&a, &act)
		all := a.Possible(act)
		i := slices.IndexFunc(all, func(p Possible) bool { return p.Event == c.event })
		require.GreaterOrEqual(t, i, 0, name)
		var codes []string
		for _, m := range all[i].Missing {
			codes = append(codes, m.Code)
			require.NotEmpty(t, m.Text.IT, name)
			require.NotEmpty(t, m.Text.EN, name)
			require.Equal(t, c.cents, m.Cents, name)
		}
		require.Equal(t, c.want, codes, name)
	}
}
