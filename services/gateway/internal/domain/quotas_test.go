package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/services/gateway/internal/domain"
)

func TestQuotaOfADayInRome(t *testing.T) {
	t.Parallel()
	now := noon
	q := domain.NewQuotas(func() time.Time { return now })
	take := func(quota int) bool { _, ok := q.Take("a", quota); return ok }
	require.Equal(t, []bool{true, true, false}, []bool{take(2), take(2), take(2)})
	wait, _ := q.Take("a", 2)
	require.Equal(t, 11*time.Hour, wait, "noon UTC is 13 in Rome")
	_, ok := q.Take("b", 1)
	require.True(t, ok, "another client has its own")
	now = noon.Add(wait)
	require.True(t, take(1), "the next day")
	now = time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC) // the night to summer time, 01:30 in Rome
	require.True(t, take(1))
	wait, _ = q.Take("a", 1)
	require.Equal(t, 21*time.Hour+30*time.Minute, wait)
}

func TestQuotaOverAllReplicas(t *testing.T) {
	t.Parallel()
	q := domain.NewQuotas(func() time.Time { return noon })
	take := func() bool { _, ok := q.Take("a", 5); return ok }
	require.True(t, take())
	day, calls := q.Send()
	require.Equal(t, map[string]int{"a": 1}, calls)
	require.True(t, take())
	q.Unsent(day)
	day, calls = q.Send()
	require.Equal(t, map[string]int{"a": 2}, calls, "what could not be sent goes with the next")
	q.Sent(day, map[string]int{"a": 4})
	require.Equal(t, []bool{true, false}, []bool{take(), take()}, "others have used two")
	day, _ = q.Send()
	q.Sent(day.AddDate(0, 0, -1), map[string]int{"a": 0})
	require.False(t, take(), "what is known of another day does not count")
}
