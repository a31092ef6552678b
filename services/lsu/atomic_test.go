package lsu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

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

// TestIdem is rows 26 to 29 of the catalogue: every write that takes a key has one effect under it, however often and
// however many at once send it.
func TestIdem(t *testing.T) {
	t.Parallel()
	behind, s := open(t).Repeated()
	housed(t, behind).tour()
	s.RequireTried(t)
}

// TestIdem_OtherClient wants a key to be its client's own.
func TestIdem_OtherClient(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i, client := range []string{"ministry", "other"} {
		h.as("*", client).post("/entities", entity([]string{"E1", "E2"}[i], "18"), "Idempotency-Key", "same")
	}
	require.Equal(t, []string{"E1", "E2"}, h.column("select entity_ref from entities order by 1"))
}
