package auth

import (
	"sync"
	"time"
)

// rememberFor is how long a verified token is believed without its key being asked for again: a key that is
// dropped in an emergency stops serving within this time.
const rememberFor = time.Minute

// seen remembers verified tokens by their digest, never by the token itself.
type seen struct {
	mu    sync.RWMutex
	limit int
	byKey map[[32]byte]verified
}

type verified struct {
	claims Claims
	until  time.Time
}

func newSeen(limit int) *seen { return &seen{limit: limit, byKey: map[[32]byte]verified{}} }

func (s *seen) get(sum [32]byte, now time.Time) (Claims, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v, ok := s.byKey[sum]
	return v.claims, ok && now.Before(v.until)
}

func (s *seen) put(sum [32]byte, c Claims, now time.Time) {
	v := verified{claims: c, until: now.Add(rememberFor)}
	if c.ExpiresAt.Before(v.until) {
		v.until = c.ExpiresAt.Time
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byKey) >= s.limit {
		s.makeRoom(now)
	}
	s.byKey[sum] = v
}

// makeRoom drops what is due and, where that is too little, any half: a dropped token is only verified again.
func (s *seen) makeRoom(now time.Time) {
	for sum, v := range s.byKey {
		if !now.Before(v.until) {
			delete(s.byKey, sum)
		}
	}
	for sum := range s.byKey {
		if len(s.byKey) <= s.limit/2 {
			return
		}
		delete(s.byKey, sum)
	}
}
