package domain

import (
	"maps"
	"sync"
	"time"

	"w2w/pkg/clock"
)

// Quotas counts the calls of clients with a daily quota, by the day in Rome: what all replicas are known to have let
// through, and what this one has added since.
type Quotas struct {
	now clock.Clock

	mu      sync.Mutex
	day     time.Time
	known   map[string]int
	sending map[string]int // is being added to what all know
	pending map[string]int
}

// NewQuotas returns the count of a day of which nothing is known yet.
func NewQuotas(now clock.Clock) *Quotas {
	q := &Quotas{now: now}
	q.begin(now.Today())
	return q
}

// Take counts a call of the client unless its quota is used up; then it says how long until the next day in Rome.
func (q *Quotas) Take(client string, quota int) (wait time.Duration, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if today := q.now.Today(); !today.Equal(q.day) {
		q.begin(today)
	}
	if q.known[client]+q.sending[client]+q.pending[client] >= quota {
		return q.untilMidnight(), false
	}
	q.pending[client]++
	return 0, true
}

// Send returns what is to be added to what all replicas know of the day; Sent or Unsent must follow.
func (q *Quotas) Send() (day time.Time, calls map[string]int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sending, q.pending = q.pending, map[string]int{}
	return q.day, maps.Clone(q.sending)
}

// Sent takes over what all replicas know of the day, now that it has been added to.
func (q *Quotas) Sent(day time.Time, known map[string]int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !day.Equal(q.day) {
		return
	}
	maps.Copy(q.known, known)
	q.sending = map[string]int{}
}

// Unsent keeps for later what could not be added.
func (q *Quotas) Unsent(day time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !day.Equal(q.day) {
		return
	}
	for client, n := range q.sending {
		q.pending[client] += n
	}
	q.sending = map[string]int{}
}

func (q *Quotas) begin(day time.Time) {
	q.day, q.known, q.sending, q.pending = day, map[string]int{}, map[string]int{}, map[string]int{}
}

func (q *Quotas) untilMidnight() time.Duration {
	now := q.now()
	return time.Date(q.day.Year(), q.day.Month(), q.day.Day()+1, 0, 0, 0, 0, clock.Rome()).Sub(now)
}
