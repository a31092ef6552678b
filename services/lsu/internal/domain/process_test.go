package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

func processed(t *testing.T, reg *Register, m Movement) Processed {
	t.Helper()
	out, err := firstRules(t).Process([]Row[Movement]{{Row: 1, Line: 2, Value: &m}}, reg)
	require.NoError(t, err)
	return out[0]
}

func TestAMovementIsKnownByNoClosedMonth(t *testing.T) {
	t.Parallel()
	january := period.YearMonth(2010, 1)
	for name, c := range map[string]struct {
		closed  ClosedThrough
		learned string
		late    bool
	}{
		"no month is closed":           {ClosedThrough{}, "2010-01", false},
		"the months before are closed": {ClosedThrough{january - 1, day(t, "2010-01-10")}, "2010-01", false},
		"the month was closed on an earlier day than the parameter says now": {ClosedThrough{january, day(t, "2010-02-05")}, "2010-02", true},
		"the month that learns was closed on an earlier day":                 {ClosedThrough{january + 1, day(t, "2010-02-06")}, "2010-03", true},
	} {
		reg := &Register{Standings: map[string]Standing{"W": {Region: "18", State: Active}}, Taken: map[string]bool{}, Closed: map[string]ClosedThrough{"18": c.closed}}
		p := processed(t, reg, Movement{Ref: "M", WorkerRef: "W", Event: Suspend, Cause: "MALATTIA", EffectiveOn: day(t, "2010-01-20"), ReceivedOn: day(t, "2010-02-08")})
		require.Empty(t, p.Codes, name)
		require.Equal(t, c.learned, p.Record.Learned.String(), name)
		require.Equal(t, c.late, p.Record.Late, name)
	}
}

func TestAListIsRefusedForARowThatComesTooLate(t *testing.T) {
	t.Parallel()
	r := firstRules(t)
	m := Movement{Ref: "M", WorkerRef: "W", Event: Resume, EffectiveOn: day(t, "2010-01-20"), ReceivedOn: day(t, "2010-02-08")}
	reg := func() *Register { return &Register{Standings: map[string]Standing{"W": {Region: "18", State: Active}}} }
	rows := []Row[Movement]{{Row: 1, Line: 2}, {Row: 2, Line: 3, Value: &m}}
	for name, c := range map[string]struct {
		latest, closes, code string
	}{
		"on the day of the latest":         {"2010-02-08", "2010-02-07", ""},
		"the day before":                   {"2010-02-09", "2010-02-07", "received_before"},
		"on the closing date":              {"2010-02-08", "2010-02-08", "month_closed"},
		"before the closing date":          {"2010-02-08", "2010-02-09", "month_closed"},
		"what was processed is told first": {"2010-02-09", "2010-02-09", "received_before"},
	} {
		at := reg()
		at.Latest, at.Closed = day(t, c.latest), map[string]ClosedThrough{"18": {period.YearMonth(2010, 1), day(t, c.closes)}, "19": {period.YearMonth(2010, 5), day(t, "2010-06-10")}}
		out, err := r.Process(rows, at)
		if c.code == "" {
			require.NoError(t, err, name)
			require.Len(t, out, 1, "a row that can't be read is not processed")
			continue
		}
		require.True(t, fault.Is(err, fault.RuleViolated), name)
		require.Equal(t, "line:3 "+c.code, fault.As(err).Fields[0].Pointer+" "+fault.As(err).Fields[0].Code, name)
	}
}
