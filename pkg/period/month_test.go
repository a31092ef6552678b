package period

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMonthsOfYears(t *testing.T) {
	for text, days := range map[string]int{"2010-01": 31, "2010-02": 28, "2012-02": 29, "2010-12": 31, "1999-04": 30} {
		m, err := ParseMonth(text)
		require.NoError(t, err)
		require.Equal(t, text, m.String())
		require.Equal(t, days, m.Days(), text)
		require.Equal(t, m, MonthOf(m.First()))
		require.Equal(t, m, MonthOf(m.Last()))
		require.Equal(t, m+1, MonthOf(m.Last()+1))
		require.Equal(t, m, YearMonth(m.Year(), m.Month()))
	}
	require.Equal(t, YearMonth(2011, time.January), YearMonth(2010, time.December)+1)
}

func TestMonthsSurviveJSONAndSQL(t *testing.T) {
	m := YearMonth(2010, time.March)
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	require.Equal(t, `"2010-03"`, string(raw))
	var back Month
	require.NoError(t, json.Unmarshal(raw, &back))
	require.Equal(t, m, back)
	stored, err := m.Value()
	require.NoError(t, err)
	require.NoError(t, back.Scan(stored))
	require.Equal(t, m, back)
}

func TestWhatIsNoMonthIsRefusedUnrepeated(t *testing.T) {
	for _, s := range []string{"", "2010", "2010-13", "2010-00", "2010-3", "03-2010", "2010-03-01"} {
		_, err := ParseMonth(s)
		require.Error(t, err, s)
		require.Equal(t, errNoMonth.Error(), err.Error())
	}
}
