package domain

import (
	"sync"
	"time"
)

// Rate is how often a party may call: PerSecond in the long run, Burst at once.
type Rate struct {
	PerSecond int
	Burst     int
}

// Verdict is what the limiter says about one call, in the terms of the X-RateLimit headers.
type Verdict struct {
	Allowed   bool
	Limit     int
	Remaining int
	Reset     time.Duration // until the whole burst is free again
	Retry     time.Duration // until one call is free; zero when allowed
}

// Limiter is the generic cell rate algorithm: one instant for each party, nothing else to store.
type Limiter struct {
	limit int
	mu    sync.Mutex
	due   map[string]time.Time // theoretical arrival time of the next call
}

// NewLimiter returns a limiter that remembers about this many parties at once.
func NewLimiter(parties int) *Limiter {
	return &Limiter{limit: parties, due: map[string]time.Time{}}
}

// Take counts one call of the party, of whose rate this replica may give out the portion. What a party has used is
// kept as time: when its portion changes, the same fraction of its burst stays used.
func (l *Limiter) Take(party string, r Rate, portion float64, now time.Time) Verdict {
	whole := max(1, time.Second/time.Duration(max(1, r.PerSecond)))
	burst := max(1, r.Burst)
	step := max(1, time.Duration(float64(whole)/portion))
	window := max(whole*time.Duration(burst), step) // one call at a time, however small the portion
	l.mu.Lock()
	defer l.mu.Unlock()
	due := l.due[party]
	if due.Before(now) {
		due = now
	}
	next := due.Add(step)
	v := Verdict{Limit: burst, Allowed: next.Sub(now) <= window}
	if !v.Allowed {
		v.Reset, v.Retry = due.Sub(now), next.Sub(now)-window
		return v
	}
	if _, known := l.due[party]; !known && len(l.due) >= l.limit {
		l.makeRoom(now)
	}
	l.due[party] = next
	v.Reset = next.Sub(now)
	v.Remaining = int((window - v.Reset) / step)
	return v
}

// makeRoom forgets the parties that have their whole burst again; a flood of new names can push out others,
// who are then given a fresh burst.
func (l *Limiter) makeRoom(now time.Time) {
	for party, due := range l.due {
		if !due.After(now) {
			delete(l.due, party)
		}
	}
	for party := range l.due {
		if len(l.due) <= l.limit/2 {
			return
		}
		delete(l.due, party)
	}
}
