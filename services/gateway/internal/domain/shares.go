package domain

import "sync"

// Shares says which portion of each client's rate this replica may give out: as much as its part in the calls that
// all replicas were asked for lately. Each counts, tells the others about every second, and learns from them.
type Shares struct {
	mu       sync.Mutex
	asked    map[string]int // here, since the last round
	portions map[string]float64
	fair     float64 // of a party that nobody has heard of lately
}

// NewShares returns the shares of the only replica there is, as far as it knows.
func NewShares() *Shares {
	return &Shares{asked: map[string]int{}, portions: map[string]float64{}, fair: 1}
}

// Ask counts a call of the client and returns the portion of its rate.
func (s *Shares) Ask(client string) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[client]++
	if p, ok := s.portions[client]; ok {
		return p
	}
	return s.fair
}

// Fair is the portion of whoever is counted on each replica for itself, such as an address.
func (s *Shares) Fair() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fair
}

// Round begins the next round and returns what was asked in the one that ends.
func (s *Shares) Round() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = make(map[string]int, len(asked))
	return asked
}

// Learn sets the portions from what was asked of this replica and of all of them, this one included. Over replicas
// that know the same, the portions of a client add up to one.
func (s *Shares) Learn(own, all map[string]int, replicas int) {
	replicas = max(1, replicas)
	portions := make(map[string]float64, len(all))
	for client, total := range all {
		portions[client] = float64(own[client]+1) / float64(total+replicas)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.portions, s.fair = portions, 1/float64(replicas)
}

// Forget falls back to a fair share of each client's rate: the others can't be heard.
func (s *Shares) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.portions = map[string]float64{}
}
