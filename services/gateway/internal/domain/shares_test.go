package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/services/gateway/internal/domain"
)

// Whatever was asked of whom, replicas that know the same never give out more than the whole rate.
func TestPortionsAddUpToOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := domain.Rate{PerSecond: rapid.IntRange(1, 200).Draw(t, "rate")}
		replicas := make([]*domain.Shares, rapid.IntRange(1, 8).Draw(t, "replicas"))
		own, all := make([]map[string]int, len(replicas)), map[string]int{}
		for i := range replicas {
			replicas[i] = domain.NewShares()
			for range rapid.IntRange(0, 50).Draw(t, "calls") {
				replicas[i].Ask(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "client"), rate)
			}
			own[i] = replicas[i].Round()
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
			if sum > 1+1e-9 || sum < 1-1e-9 {
				t.Fatalf("%s: %v", client, sum)
			}
		}
	})
}

func TestSharesFollowTheDemandAndFallBack(t *testing.T) {
	t.Parallel()
	s, rate := domain.NewShares(), domain.Rate{PerSecond: 10}
	require.InDelta(t, 1, s.Ask("a", rate), 0, "alone")
	for range 8 {
		s.Ask("a", rate)
	}
	own := s.Round()
	require.Equal(t, map[string]int{"a": 9}, own)
	require.Empty(t, s.Round(), "each call is told once")
	s.Learn(own, map[string]int{"a": 17, "b": 9}, 3)
	require.InDelta(t, 0.5, s.Ask("a", rate), 1e-9)
	require.InDelta(t, 1.0/12, s.Ask("b", rate), 1e-9, "a client of others")
	require.InDelta(t, 1.0/3, s.Ask("c", rate), 1e-9)
	s.Forget()
	require.InDelta(t, 1.0/3, s.Ask("a", rate), 1e-9, "the replicas last seen share fairly")
	require.InDelta(t, 1.0/3, s.Fair(), 1e-9)
}

// A replica that has just begun lets through what nobody asks for, in equal parts with the others.
func TestANewReplicaHasAPartOfWhatIsSpare(t *testing.T) {
	t.Parallel()
	s, all := domain.NewShares(), map[string]int{"a": 30, "b": 60}
	s.Learn(nil, all, 4)
	require.InDelta(t, 20.0/4/50, s.Ask("a", domain.Rate{PerSecond: 50}), 1e-9)
	require.InDelta(t, 1.0/64, s.Ask("b", domain.Rate{PerSecond: 50}), 1e-9, "nothing is spare")
	s.Learn(map[string]int{"a": 10}, all, 4)
	require.InDelta(t, (10+20.0/4)/50, s.Ask("a", domain.Rate{PerSecond: 50}), 1e-9)
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
