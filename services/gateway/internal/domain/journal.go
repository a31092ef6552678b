package domain

import (
	"sync"
	"time"
)

// Decision is one that the gateway took about a call, or about several refused alike.
type Decision struct {
	At             time.Time
	Action         string
	Service        string
	Client         string
	Actor          string
	Administration string
	Purpose        string
	Txn            string // of the internal token: the services' records of the call name it too
	Request        string
	Method         string
	Route          string // without anything that a caller could hide in a path
	Code           string // of the refusal
	Calls          int
}

// The actions of decisions.
const (
	Allowed      = "call.allowed"
	Refused      = "call.refused"
	TokenGranted = "token.granted"
	TokenRefused = "token.refused"
)

// Journal holds decisions until they are stored. It holds a bounded number: while it is full, nothing may be decided.
type Journal struct {
	limit int
	ready chan struct{} // holds a mark when half of the room is used

	mu      sync.Mutex
	waiting []Decision
	flying  int // taken, and neither stored nor put back
	counted map[countedKey]int
}

type countedKey struct{ action, service, client, administration, code string }

// NewJournal returns a journal that holds so many decisions.
func NewJournal(limit int) *Journal {
	return &Journal{limit: limit, ready: make(chan struct{}, 1), counted: map[countedKey]int{}}
}

// Note keeps a decision; false when there is no room for it.
func (j *Journal) Note(d Decision) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	held := len(j.waiting) + j.flying
	if held >= j.limit {
		return false
	}
	d.Calls = 1
	j.waiting = append(j.waiting, d)
	if held >= j.limit/2 {
		select {
		case j.ready <- struct{}{}:
		default:
		}
	}
	return true
}

// Count keeps that a call was refused. Those alike become one decision with their number, so that a flood of refused
// calls can't fill the journal.
func (j *Journal) Count(d Decision) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.counted[countedKey{d.Action, d.Service, d.Client, d.Administration, d.Code}]++
}

// Half tells when half of the room is used.
func (j *Journal) Half() <-chan struct{} { return j.ready }

// Waiting is how many decisions are not stored yet.
func (j *Journal) Waiting() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.waiting) + j.flying
}

// Take returns the oldest decisions, at most so many, to be stored at once; Stored or Back must follow.
func (j *Journal) Take(most int, now time.Time) []Decision {
	j.mu.Lock()
	defer j.mu.Unlock()
	for k, n := range j.counted {
		j.waiting = append(j.waiting, Decision{At: now, Action: k.action, Service: k.service, Client: k.client,
			Administration: k.administration, Code: k.code, Calls: n})
	}
	clear(j.counted)
	n := min(most, len(j.waiting))
	taken := j.waiting[:n:n]
	j.waiting, j.flying = j.waiting[n:], j.flying+n
	return taken
}

// Stored lets go of what was taken.
func (j *Journal) Stored(taken []Decision) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.flying -= len(taken)
}

// Back puts back what could not be stored; refusals that were counted are counted again with those to come.
func (j *Journal) Back(taken []Decision) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.flying -= len(taken)
	kept := make([]Decision, 0, len(taken)+len(j.waiting))
	for _, d := range append(taken, j.waiting...) {
		if d.Request == "" {
			j.counted[countedKey{d.Action, d.Service, d.Client, d.Administration, d.Code}] += d.Calls
			continue
		}
		kept = append(kept, d)
	}
	j.waiting = kept
}
