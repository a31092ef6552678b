package auth

import (
	"sync"
	"time"
)

// seen remembers verified tokens by their digest, never by the token itself.
type seen struct {
	mu    sync.RWMutex
	limit int
	byKey map[[32]byte]Claims
}

func newSeen(limit int) *seen { return &seen{limit: limit, byKey: map[[32]byte]Claims{}} }

func (s *seen) get(sum [32]byte, now time.Time) (Claims, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.byKey[sum]
	return c, ok && now.Before(c.ExpiresAt.Time)
}

func (s *seen) put(sum [32]byte, c Claims, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byKey) >= s.limit {
		s.makeRoom(now)
	}
	s.byKey[sum] = c
}

// makeRoom drops what has expired and, where that is too little, any half: a dropped token is only verified again.
func (s *seen) makeRoom(now time.Time) {
	for sum, c := range s.byKey {
		if !now.Before(c.ExpiresAt.Time) {
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
