package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/services/gateway/internal/domain"
)

// Replicas that know the same give out exactly the whole rate of a client that asks for more, and hold back no other.
func TestPortionsAddUpToOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		replicas := make([]*domain.Shares, rapid.IntRange(1, 8).Draw(t, "replicas"))
		rate := domain.Rate{PerSecond: rapid.IntRange(1, 200).Draw(t, "rate")}
		own, all := make([]map[string]int, len(replicas)), map[string]int{}
		for i := range replicas {
			replicas[i] = domain.NewShares()
			for range rapid.IntRange(0, 50).Draw(t, "calls") {
				replicas[i].Ask(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "client"), rate)
			}
			own[i] = replicas[i].Round(time.Second)
			for client, n := range own[i] {
				all[client] += n
			}
		}
		sums := map[string]float64{}
		for i, r := range replicas {
			r.Learn(own[i], all, len(replicas))
			for _, client := range []string{"a", "b", "c", "of whom nobody has heard"} {
				sums[client] += r.Ask(client, rate)
			}
		}
		for client, sum := range sums {
			want := float64(len(replicas))
			if all[client] > rate.PerSecond {
				want = 1
			}
			if sum < want-1e-9 || sum > want+1e-9 {
				t.Fatalf("%s: %v, not %v", client, sum, want)
			}
		}
	})
}

// Calls of a client below its rate may come to another replica in each second: none of them is refused.
func TestWhoAsksForLessIsNotRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "replicas")
		rate := domain.Rate{PerSecond: 50, Burst: 100}
		replicas, limiters := make([]*domain.Shares, n), make([]*domain.Limiter, n)
		for i := range replicas {
			replicas[i], limiters[i] = domain.NewShares(), domain.NewLimiter(10)
			replicas[i].Learn(map[string]int{}, map[string]int{"a": 0}, n)
		}
		for second := range 20 {
			to := rapid.IntRange(0, n-1).Draw(t, "replica")
			for call := range 35 {
				at := noon.Add(time.Duration(second)*time.Second + time.Duration(call)*time.Second/35)
				if v := limiters[to].Take("a", rate, replicas[to].Ask("a", rate), at); !v.Allowed {
					t.Fatalf("second %d, call %d", second, call)
				}
			}
			own, all := make([]map[string]int, n), map[string]int{}
			for i, r := range replicas {
				own[i] = r.Round(time.Second)
				all["a"] += own[i]["a"]
			}
			for i, r := range replicas {
				r.Learn(own[i], all, n)
			}
		}
	})
}

func TestSharesFollowTheDemandAndFallBack(t *testing.T) {
	t.Parallel()
	rate := domain.Rate{PerSecond: 10}
	s := domain.NewShares()
	require.InDelta(t, 1, s.Ask("a", rate), 0, "alone")
	for range 8 {
		s.Ask("a", rate)
	}
	own := s.Round(0)
	require.Equal(t, map[string]int{"a": 9}, own)
	require.Empty(t, s.Round(time.Second), "each call is told once")
	s.Learn(own, map[string]int{"a": 17, "b": 45, "d": 10}, 3)
	require.InDelta(t, 0.5, s.Ask("a", rate), 1e-9)
	require.InDelta(t, 1.0/48, s.Ask("b", rate), 1e-9, "a client of others")
	require.InDelta(t, 1, s.Ask("c", rate), 1e-9, "of whom nobody has heard")
	require.InDelta(t, 1, s.Ask("d", rate), 1e-9, "no more than its rate")
	require.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1, "d": 1}, s.Round(4*time.Second), "by the second")
	s.Learn(nil, map[string]int{"b": 1}, 3)
	require.InDelta(t, 1, s.Ask("a", rate), 1e-9)
	require.InDelta(t, 1.0/4, s.Ask("b", rate), 1e-9, "too much a round ago")
	s.Learn(nil, nil, 3)
	s.Learn(nil, nil, 3)
	require.InDelta(t, 1, s.Ask("b", rate), 1e-9, "long ago")
	s.Forget()
	require.InDelta(t, 1.0/3, s.Ask("a", rate), 1e-9, "the replicas last seen share fairly")
	require.InDelta(t, 1.0/3, s.Fair(), 1e-9)
}

// A portion of a rate is a rate: in any window no more passes than the portion of burst and rate, or a single call.
func TestPortionOfARate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := domain.Rate{PerSecond: rapid.IntRange(1, 50).Draw(t, "rate"), Burst: rapid.IntRange(1, 50).Draw(t, "burst")}
		portion := rapid.Float64Range(0.01, 1).Draw(t, "portion")
		l, passed := domain.NewLimiter(10), 0
		const seconds = 10
		for at := time.Duration(0); at < seconds*time.Second; at += time.Millisecond {
			if l.Take("a", rate, portion, noon.Add(at)).Allowed {
				passed++
			}
		}
		most := max(1, portion*float64(rate.Burst)) + seconds*portion*float64(rate.PerSecond)
		require.LessOrEqual(t, float64(passed), most+1e-3)
		require.GreaterOrEqual(t, float64(passed), 0.9*most-2, "and not much less")
	})
}
