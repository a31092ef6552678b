package domain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/services/gateway/internal/domain"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestLimiterSpendsItsBurstAndRefills(t *testing.T) {
	t.Parallel()
	l, rate := domain.NewLimiter(10), domain.Rate{PerSecond: 2, Burst: 3}
	steps := []struct {
		at        time.Duration
		allowed   bool
		remaining int
		reset     time.Duration
		retry     time.Duration
	}{
		{0, true, 2, 500 * time.Millisecond, 0},
		{0, true, 1, time.Second, 0},
		{0, true, 0, 1500 * time.Millisecond, 0},
		{0, false, 0, 1500 * time.Millisecond, 500 * time.Millisecond},
		{400 * time.Millisecond, false, 0, 1100 * time.Millisecond, 100 * time.Millisecond},
		{500 * time.Millisecond, true, 0, 1500 * time.Millisecond, 0},
		{10 * time.Second, true, 2, 500 * time.Millisecond, 0},
	}
	for i, s := range steps {
		v := l.Take("a", rate, 1, noon.Add(s.at))
		require.Equal(t, domain.Verdict{Allowed: s.allowed, Limit: 3, Remaining: s.remaining, Reset: s.reset, Retry: s.retry}, v, "step %d", i)
	}
}

// In any window the limiter lets through no more than the burst and what the rate adds.
func TestLimiterNeverLetsThroughMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := domain.Rate{PerSecond: rapid.IntRange(1, 50).Draw(t, "rate"), Burst: rapid.IntRange(1, 50).Draw(t, "burst")}
		l, now := domain.NewLimiter(10), noon
		var passed []time.Time
		for _, gap := range rapid.SliceOfN(rapid.IntRange(0, 200), 1, 200).Draw(t, "gaps") {
			now = now.Add(time.Duration(gap) * time.Millisecond)
			if l.Take("a", rate, 1, now).Allowed {
				passed = append(passed, now)
			}
		}
		for i := range passed {
			for j := i; j < len(passed); j++ {
				most := float64(rate.Burst) + passed[j].Sub(passed[i]).Seconds()*float64(rate.PerSecond) + 1e-6
				if float64(j-i+1) > most {
					t.Fatalf("%d calls in %s", j-i+1, passed[j].Sub(passed[i]))
				}
			}
		}
	})
}

func TestLimiterKeepsPartiesApartInBoundedMemory(t *testing.T) {
	t.Parallel()
	l, rate := domain.NewLimiter(100), domain.Rate{PerSecond: 1, Burst: 1}
	require.True(t, l.Take("a", rate, 1, noon).Allowed)
	require.True(t, l.Take("b", rate, 1, noon).Allowed)
	require.False(t, l.Take("a", rate, 1, noon).Allowed)
	for i := range 10_000 {
		l.Take(fmt.Sprint("flood-", i), rate, 1, noon)
	}
	require.LessOrEqual(t, domain.Parties(l), 100)
}
