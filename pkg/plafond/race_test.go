package plafond_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/plafond"
)

// TestPlafond_64 is row 31 of the catalogue: 64 writers on the last euro.
func TestPlafond_64(t *testing.T) {
	t.Parallel()
	for name, reserve := range map[string]func(*database.DB, plafond.Reservation) (plafond.Commitment, error){"at once": reserve, "queued": queued} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := ledger(t)
			assign(t, db, key, 1000)
			var won atomic.Int64
			var writers sync.WaitGroup
			for w := range 64 {
				writers.Go(func() {
					_, err := reserve(db, wanted(fmt.Sprint("app/", w), 70))
					if err == nil {
						won.Add(1)
					} else if !fault.Is(err, fault.NoFunds) {
						t.Errorf("writer %d: %v", w, err)
					}
				})
			}
			writers.Wait()
			require.EqualValues(t, 14, won.Load())
			require.Equal(t, []int64{1000, 20, 980, 0}, buckets(balance(t, db, plafond.AsOf{})))
		})
	}
}

// call is one request to the account; answer is what it said: the residual, or that nothing was taken.
type call struct {
	release bool
	cents   int64
}

type answer struct {
	taken    bool
	residual int64
}

// account is the sequential meaning of the account: what is available.
var account = porcupine.Model{
	Init: func() any { return int64(100) },
	Step: func(state, input, output any) (bool, any) {
		available, c, a := state.(int64), input.(call), output.(answer)
		switch {
		case c.release:
			return a.taken, available + c.cents
		case c.cents <= available:
			return a == answer{true, available - c.cents}, available - c.cents
		default:
			return a == answer{false, available}, available
		}
	},
}

// TestConcurrentHistoriesAreLinearizable is the other half of row 32: whatever 8 clients see at once could
// have been seen by one after the other.
func TestConcurrentHistoriesAreLinearizable(t *testing.T) {
	t.Parallel()
	db, begun := ledger(t), time.Now()
	assign(t, db, key, 100)
	history := make([][]porcupine.Operation, 8)
	var clients sync.WaitGroup
	for id := range history {
		clients.Go(func() {
			for n := range 20 {
				c := call{release: n%2 == 1, cents: int64(5 + (id*7+n*3)%40)}
				ref := fmt.Sprintf("app/%d/%d", id, n/2)
				if c.release {
					c.cents = committed(history[id])
				}
				if c.release && c.cents == 0 {
					continue
				}
				op := porcupine.Operation{ClientId: id, Input: c, Call: int64(time.Since(begun))}
				op.Output = perform(t, db, ref, c)
				op.Return = int64(time.Since(begun))
				history[id] = append(history[id], op)
			}
		})
	}
	clients.Wait()
	var all []porcupine.Operation
	for _, h := range history {
		all = append(all, h...)
	}
	require.Equal(t, porcupine.Ok, porcupine.CheckOperationsTimeout(account, all, time.Minute))
}

// committed is what the client's last call set aside.
func committed(history []porcupine.Operation) int64 {
	if last := history[len(history)-1]; last.Output.(answer).taken && !last.Input.(call).release {
		return last.Input.(call).cents
	}
	return 0
}

func perform(t *testing.T, db *database.DB, ref string, c call) answer {
	if c.release {
		err := in(db, func(tx *database.Tx) error { return plafond.Release(tx, paid(ref, c.cents)) })
		if err != nil {
			t.Errorf("release %s: %v", ref, err)
		}
		return answer{taken: err == nil}
	}
	got, err := reserve(db, wanted(ref, c.cents))
	if err == nil {
		return answer{true, got.ResidualAfterCents}
	}
	if !fault.Is(err, fault.NoFunds) {
		t.Errorf("reserve %s: %v", ref, err)
		return answer{}
	}
	return answer{false, fault.As(err).Extra["available_cents"].(int64)}
}
