package domain

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

const diagram = "../../../../docs/states/application.mmd"

var everyScope = auth.Identity{Client: "c", Actor: "someone", Scopes: []string{ScopeFile, ScopeRegister, ScopeExamine, ScopePreside, ScopeCommit, ScopeDecree, ScopeINPS}}

func allStates() []State {
	var out []State
	for _, r := range Transitions().Rows() {
		for _, s := range []State{r.From, r.To} {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

func allEvents() []Event {
	var out []Event
	for _, r := range Transitions().Rows() {
		if !slices.Contains(out, r.Event) {
			out = append(out, r.Event)
		}
	}
	return out
}

func ready(s State) Application {
	notified := period.Of(2010, 4, 1)
	return Application{Administration: "03", State: s, Version: 7, Accepted: 1, Verdict: Admissible, Examiner: "another", NotifiedOn: &notified}
}

// TestWalk tries every event in every state: what the table has happens, everything else is refused with
// what is allowed, and nothing changes.
func TestWalk(t *testing.T) {
	t.Parallel()
	table, r := Transitions(), rules(t)
	require.Empty(t, table.Problems())
	require.Len(t, allStates(), 24)
	require.Len(t, allEvents(), 27)
	for _, s := range allStates() {
		for _, e := range allEvents() {
			a := ready(s)
			step, err := a.Apply(Act{Event: e, By: everyScope, On: period.Of(2010, 5, 3), Receiver: "07", Rules: r})
			row, refused := table.Next(s, e)
			if refused != nil {
				require.True(t, fault.Is(err, fault.StateConflict), "%s by %s: %v", s, e, err)
				require.Contains(t, fault.As(err).Extra, "allowed")
				require.Equal(t, ready(s), a)
				continue
			}
			require.NoError(t, err, "%s by %s", s, e)
			require.Equal(t, row.To, a.State)
			require.Equal(t, 8, a.Version)
			require.Equal(t, s, step.From)
		}
	}
}

func TestFinalStatesAreThoseThatNothingLeaves(t *testing.T) {
	t.Parallel()
	for _, s := range allStates() {
		require.Equal(t, len(Transitions().Allowed(s)) == 0, s.Final(), s)
	}
}

func TestNobodyActsWithoutTheRole(t *testing.T) {
	t.Parallel()
	for _, r := range Transitions().Rows() {
		a := ready(r.From)
		_, err := a.Apply(Act{Event: r.Event, By: auth.Identity{Actor: "x", Scopes: []string{ScopeRead}}, Receiver: "07"})
		require.True(t, fault.Is(err, fault.ScopeMissing), "%s by %s", r.From, r.Event)
		require.Equal(t, r.From, a.State)
	}
}

func TestGuards(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from   State
		event  Event
		change func(a *Application)
		want   fault.Code
	}{
		"filing without workers":           {Draft, File, func(a *Application) { a.Accepted = 0 }, fault.StateConflict},
		"to the table, not admissible":     {UnderExamination, SendToTable, func(a *Application) { a.Verdict = Inadmissible }, fault.StateConflict},
		"a refusal before the examination": {UnderExamination, AnnounceRefusal, func(a *Application) { a.Verdict = NotExamined }, fault.StateConflict},
		"a transfer to oneself":            {Filed, Transfer, func(a *Application) { a.Administration = "07" }, fault.StateConflict},
		"who examined decrees":             {Committed, Decree, func(a *Application) { a.Examiner = "someone" }, fault.SameActor},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := ready(c.from)
			c.change(&a)
			_, err := a.Apply(Act{Event: c.event, By: everyScope, Receiver: "07"})
			require.True(t, fault.Is(err, c.want), "%v", err)
			require.Equal(t, c.from, a.State)
		})
	}
}

func TestTheClockStopsWhilePapersAreMissing(t *testing.T) {
	t.Parallel()
	a, asked := ready(UnderExamination), period.Of(2010, 5, 3)
	_, err := a.Apply(Act{Event: AskIntegration, By: everyScope, On: asked})
	require.NoError(t, err)
	require.Equal(t, &asked, a.SuspendedOn)
	_, err = a.Apply(Act{Event: Resume, By: everyScope, On: asked.AddDays(12)})
	require.NoError(t, err)
	require.Nil(t, a.SuspendedOn)
	require.Equal(t, 12, a.SuspendedDays)
}

// TestDiagram keeps the drawing equal to the table; UPDATE=1 draws it again.
func TestDiagram(t *testing.T) {
	t.Parallel()
	drawn := Transitions().Mermaid()
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(diagram, []byte(drawn), 0o644))
	}
	kept, err := os.ReadFile(diagram)
	require.NoError(t, err)
	require.Equal(t, string(kept), drawn)
}
