package domain

import (
	"math"
	"sync"
	"time"
)

// Shares says which portion of each client's rate this replica may give out. Each counts what it is asked for, tells the
// others about every second, and learns from them. A client that asks all together for no more than its rate is held
// back by none: by which connections its calls come changes from one second to the next, and it is not to be refused
// for that. Once it asks for more, each replica gives out its part of what was asked of all.
type Shares struct {
	mu       sync.Mutex
	asked    map[string]int // here, since the last round
	known    map[string]demand
	replicas float64
	deaf     bool // the others can't be heard
}

// demand is how often a client asked, in calls a second: lately of this replica and of all, and how much it was in the
// rounds before, of which each weighs half of the one that followed. Who pauses after each excess gains nothing.
type demand struct{ own, all, recent float64 }

// NewShares returns the shares of the only replica there is, as far as it knows.
func NewShares() *Shares {
	return &Shares{asked: map[string]int{}, known: map[string]demand{}, replicas: 1}
}

// Ask counts a call of the client and returns the portion of its rate.
func (s *Shares) Ask(client string, rate Rate) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[client]++
	if s.deaf {
		return 1 / s.replicas
	}
	if d := s.known[client]; d.recent > float64(rate.PerSecond) {
		return (d.own + 1) / (d.all + s.replicas)
	}
	return 1
}

// Fair is the portion of whoever is counted on each replica for itself, such as an address.
func (s *Shares) Fair() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 1 / s.replicas
}

// Round begins the next round and returns what was asked in the one that ends, in calls a second.
func (s *Shares) Round(lasted time.Duration) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = make(map[string]int, len(asked))
	if lasted > 0 {
		for client, n := range asked {
			asked[client] = int(math.Ceil(float64(n) / lasted.Seconds()))
		}
	}
	return asked
}

// Learn takes in what was asked of this replica and of all of them, this one included.
func (s *Shares) Learn(own, all map[string]int, replicas int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := make(map[string]demand, len(all))
	for client, before := range s.known {
		if before.recent >= 1 {
			known[client] = demand{recent: before.recent / 2}
		}
	}
	for client, n := range all {
		total := float64(n)
		known[client] = demand{float64(own[client]), total, max(total, known[client].recent)}
	}
	s.known, s.replicas, s.deaf = known, float64(max(1, replicas)), false
}

// Forget falls back to a fair share of each client's rate: the others can't be heard.
func (s *Shares) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known, s.deaf = map[string]demand{}, true
}
