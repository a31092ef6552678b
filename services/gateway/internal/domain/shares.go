package domain

import "sync"

// Shares says which portion of each client's rate this replica may give out: what it was asked for lately, and an equal
// part of what none was asked for, so that a replica that has just begun can take its calls at once. Each counts, tells
// the others about every second, and learns from them.
type Shares struct {
	mu       sync.Mutex
	asked    map[string]int // here, since the last round
	demands  map[string]demand
	replicas int
}

// demand is how often replicas were asked for a client's calls in a round, which is about a second.
type demand struct{ own, all int }

// NewShares returns the shares of the only replica there is, as far as it knows.
func NewShares() *Shares {
	return &Shares{asked: map[string]int{}, demands: map[string]demand{}, replicas: 1}
}

// Ask counts a call of the client and returns the portion of its rate. When more is asked for than the rate allows, the
// portion follows the demand alone.
func (s *Shares) Ask(client string, rate Rate) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[client]++
	d, n := s.demands[client], float64(s.replicas) // of a client that nobody has heard of lately: a fair portion
	spare := max(1, float64(rate.PerSecond-d.all)/n)
	return (float64(d.own) + spare) / (float64(d.all) + n*spare)
}

// Fair is the portion of whoever is counted on each replica for itself, such as an address.
func (s *Shares) Fair() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 1 / float64(s.replicas)
}

// Round begins the next round and returns what was asked in the one that ends.
func (s *Shares) Round() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = make(map[string]int, len(asked))
	return asked
}

// Learn takes what was asked of this replica and of all of them, this one included. Over replicas that know the same,
// the portions of a client add up to one.
func (s *Shares) Learn(own, all map[string]int, replicas int) {
	demands := make(map[string]demand, len(all))
	for client, total := range all {
		demands[client] = demand{own[client], total}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.demands, s.replicas = demands, max(1, replicas)
}

// Forget falls back to a fair share of each client's rate: the others can't be heard.
func (s *Shares) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.demands = map[string]demand{}
}
