package lsu_test

import (
	"testing"

	"w2w/pkg/testkit/apitest"
)

// TestAtomic is row 33 of the catalogue: whichever row of a write fails, and even the commit, the answer is 500,
// nothing is stored, and the same key has its effect later. It covers every write of the contract.
func TestAtomic(t *testing.T) {
	t.Parallel()
	behind, s := open(t).Sabotaged()
	housed(t, behind).tour()
	s.RequireTried(t, func(string) bool { return false })
}

// TestRetry is row 39 of the catalogue at the edge.
func TestRetry(t *testing.T) {
	t.Parallel()
	calm := open(t)
	calm.RequireRetries(t, func(behind *apitest.House) { housed(t, behind).founded() },
		func() apitest.Answer {
			return calm.ministry().Send("POST", "/pool-intakes", object{"items": []object{worker(183, "18", "E18A", nil)}})
		})
}
