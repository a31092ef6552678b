package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"w2w/pkg/database"
	"w2w/pkg/fault"
)

const (
	spendMost = 256             // in one transaction
	spendWait = 5 * time.Second // for the database, and for one's turn
)

// Spent is a table of ids that may be used once. Of any number of callers with the same id, on any replica, its primary
// key lets exactly one through. A commit costs much more than a row: while one is on its way, those who come meanwhile
// wait, and share the next.
type Spent struct {
	db     *database.DB
	insert string // returns the marks that were not there
	mark   func(party, jti string) mark

	mu      sync.Mutex
	waiting []*use
	writing bool
}

// mark is the key of a row.
type mark struct {
	party string
	id    [32]byte
}

// use is one caller's, who may go away.
type use struct {
	mark
	ctx   context.Context
	until time.Time
	told  chan verdict
}

type verdict struct {
	fresh bool
	err   error
}

// Spend implements domain.Once. It says no whenever it can't be sure: what is not written down could be used again.
func (s *Spent) Spend(ctx context.Context, party, jti string, until time.Time) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, spendWait)
	defer cancel()
	u := &use{mark: s.mark(party, jti), ctx: ctx, until: until, told: make(chan verdict, 1)}
	s.queue(u)
	select {
	case v := <-u.told:
		if v.err != nil {
			return false, fault.Wrap(v.err, fault.Unavailable) // for each caller its own
		}
		return v.fresh, nil
	case <-ctx.Done():
		return false, database.Translate(ctx.Err())
	}
}

func (s *Spent) queue(u *use) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, u)
	if !s.writing {
		s.writing = true
		go s.write()
	}
}

// write goes on while somebody waits.
func (s *Spent) write() {
	for batch := s.take(); len(batch) > 0; batch = s.take() {
		fresh, err := s.store(batch)
		for _, u := range batch {
			u.told <- verdict{fresh[u.mark], err}
			delete(fresh, u.mark) // of two alike, one was first
		}
	}
}

// take leaves out those who went away: a database that hangs must not gather them.
func (s *Spent) take() []*use {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = slices.DeleteFunc(s.waiting, func(u *use) bool { return u.ctx.Err() != nil })
	n := min(spendMost, len(s.waiting))
	batch := s.waiting[:n:n]
	s.waiting, s.writing = s.waiting[n:], n > 0
	return batch
}

// store writes a batch, and returns what is fresh of it. It does not end with any one caller.
func (s *Spent) store(batch []*use) (fresh map[mark]bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), spendWait)
	defer cancel()
	parties, ids, until := make([]string, len(batch)), make([][]byte, len(batch)), make([]time.Time, len(batch))
	for i, u := range batch {
		parties[i], ids[i], until[i] = u.party, u.id[:], u.until
	}
	err = s.db.Update(ctx, "", func(tx *database.Tx) error {
		fresh = make(map[mark]bool, len(batch))
		tx.Queue(s.insert, parties, ids, until).Query(func(rows pgx.Rows) error {
			var party string
			var id []byte
			_, err := pgx.ForEachRow(rows, []any{&party, &id}, func() error {
				fresh[mark{party, [32]byte(id)}] = true
				return nil
			})
			return err
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return fresh, nil
}
