package domain

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/period"
)

const monthDiagram = "../../../../docs/states/month.mmd"

var (
	anyMonth   = period.YearMonth(2010, 3)
	afterwards = period.Of(2010, 4, 11)
	validator  = auth.Identity{Actor: "validator", Scopes: []string{ScopeSubmit, ScopeClose}}
)

func same() (string, error) { return "same", nil }

// ready is a month that may do whatever the table has from a state.
func ready(s MonthState) Month {
	m := Month{Region: "18", Month: anyMonth, State: s, Version: 7, ClosesOn: period.Of(2010, 4, 10), HasConvention: true, BeforeClosed: true}
	if s != Open {
		on := period.Of(2010, 4, 9)
		m.SubmittedOn, m.SubmittedBy, m.SubmittedSHA256 = &on, "office", "same"
	}
	return m
}

// TestMonthWalk tries every event in every state: what the table has happens, everything else is refused with what is
// allowed, and nothing changes.
func TestMonthWalk(t *testing.T) {
	t.Parallel()
	table, moved := MonthTransitions(), 0
	require.Empty(t, table.Problems())
	for _, s := range []MonthState{Open, Submitted, Closed} {
		for _, e := range []MonthEvent{Submit, Return, Close} {
			m := ready(s)
			_, err := m.Apply(MonthAct{Event: e, By: validator, On: afterwards, Reason: "x"}, same)
			row, refused := table.Next(s, e)
			if refused != nil {
				require.True(t, fault.Is(err, fault.StateConflict), "%s by %s: %v", s, e, err)
				require.Contains(t, fault.As(err).Extra, "allowed")
				require.Equal(t, ready(s), m)
				continue
			}
			moved++
			require.NoError(t, err, "%s by %s", s, e)
			require.Equal(t, []any{row.To, 8}, []any{m.State, m.Version})
		}
	}
	require.Equal(t, 3, moved)
}

func TestWhatStandsAgainstAMonth(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event  MonthEvent
		change func(m *Month, act *MonthAct)
		guard  any
		code   fault.Code
	}{
		"no convention":            {Submit, func(m *Month, _ *MonthAct) { m.HasConvention = false }, "NO_CONVENTION", fault.StateConflict},
		"the last day":             {Submit, func(_ *Month, a *MonthAct) { a.On = anyMonth.Last() }, "MONTH_NOT_OVER", fault.StateConflict},
		"no role to submit":        {Submit, func(_ *Month, a *MonthAct) { a.By.Scopes = []string{ScopeClose} }, nil, fault.ScopeMissing},
		"no role to close":         {Close, func(_ *Month, a *MonthAct) { a.By.Scopes = []string{ScopeSubmit} }, nil, fault.ScopeMissing},
		"no reason":                {Return, func(_ *Month, a *MonthAct) { a.Reason = " " }, nil, fault.RuleViolated},
		"who submitted":            {Close, func(_ *Month, a *MonthAct) { a.By.Actor = "OFFICE" }, nil, fault.SameActor},
		"the month before is open": {Close, func(m *Month, _ *MonthAct) { m.BeforeClosed = false }, "MONTH_BEFORE_NOT_CLOSED", fault.StateConflict},
		"on the closing date":      {Close, func(_ *Month, a *MonthAct) { a.On = period.Of(2010, 4, 10) }, "CLOSING_DATE_NOT_PASSED", fault.StateConflict},
		"before it was submitted":  {Return, func(_ *Month, a *MonthAct) { a.On = period.Of(2010, 4, 8) }, "BEFORE_SUBMISSION", fault.StateConflict},
		"other figures":            {Close, func(m *Month, _ *MonthAct) { m.SubmittedSHA256 = "other" }, "FIGURES_CHANGED", fault.StateConflict},
	} {
		state := Submitted
		if c.event == Submit {
			state = Open
		}
		m, act := ready(state), MonthAct{Event: c.event, By: validator, On: afterwards, Reason: "x"}
		c.change(&m, &act)
		before := m
		_, err := m.Apply(act, same)
		require.True(t, fault.Is(err, c.code), "%s: %v", name, err)
		require.Equal(t, c.guard, fault.As(err).Extra["guard"], name)
		require.Equal(t, before, m, name)
	}
}

// The figures are dear: they are not asked for when something else stands against the event.
func TestTheFiguresAreAskedForLast(t *testing.T) {
	t.Parallel()
	asked := 0
	figures := func() (string, error) { asked++; return "same", nil }
	for _, e := range []MonthEvent{Submit, Return, Close} {
		m := ready(Submitted)
		m.BeforeClosed = false
		_, _ = m.Apply(MonthAct{Event: e, By: validator, On: afterwards, Reason: "x"}, figures)
	}
	require.Zero(t, asked)
}

func TestWhatIsMissingIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	m := ready(Submitted)
	m.BeforeClosed = false
	act := MonthAct{By: auth.Identity{Actor: "office", Scopes: []string{ScopeSubmit}}, On: period.Of(2010, 4, 9)}
	possible := m.Possible(act, &Report{Line: Line{ResidualCents: -5}}, "other")
	require.Len(t, possible, 2)
	require.Equal(t, []string{"SCOPE"}, codesOf(possible[0]))
	require.Equal(t, []string{"SCOPE", "SAME_ACTOR", "MONTH_BEFORE_NOT_CLOSED", "CLOSING_DATE_NOT_PASSED", "FIGURES_CHANGED", "NO_FUNDS"}, codesOf(possible[1]))
	m = ready(Submitted)
	for _, p := range m.Possible(MonthAct{By: validator, On: afterwards}, &Report{}, "same") {
		require.Empty(t, p.Missing, p.Event)
	}
	m = ready(Closed)
	require.Empty(t, m.Possible(MonthAct{By: validator, On: afterwards}, nil, ""))
}

func codesOf(p Possible) (codes []string) {
	for _, m := range p.Missing {
		codes = append(codes, m.Code)
	}
	return codes
}

// TestMonthDiagram keeps the drawing equal to the table; UPDATE=1 draws it again.
func TestMonthDiagram(t *testing.T) {
	t.Parallel()
	drawn := MonthTransitions().Mermaid()
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(monthDiagram, []byte(drawn), 0o644))
	}
	kept, err := os.ReadFile(monthDiagram)
	require.NoError(t, err)
	require.Equal(t, string(kept), drawn)
}
