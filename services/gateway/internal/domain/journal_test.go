package domain_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"w2w/services/gateway/internal/domain"
)

// Whatever comes and however often storing fails, nothing that was noted is lost or doubled, nothing that was counted
// is miscounted, and no more is held than there is room for.
func TestJournalLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const room = 20
		j := domain.NewJournal(room)
		noted, counted, stored := map[string]bool{}, 0, []domain.Decision{}
		store := func(most int, fails bool) {
			taken := j.Take(most, noon)
			if fails {
				j.Back(taken)
				return
			}
			stored = append(stored, taken...)
			j.Stored(taken)
		}
		for i := range rapid.IntRange(1, 200).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				j.Count(domain.Decision{Action: domain.Refused, Code: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "code")})
				counted++
			case 1:
				store(rapid.IntRange(1, 2*room).Draw(t, "most"), rapid.Bool().Draw(t, "fails"))
			default:
				id := fmt.Sprint(i)
				if j.Note(domain.Decision{Request: id}) {
					noted[id] = true
				} else {
					require.GreaterOrEqual(t, j.Waiting(), room)
				}
			}
			require.LessOrEqual(t, j.Waiting(), room+2)
		}
		store(10*room, false)
		for _, d := range stored {
			if d.Request == "" {
				counted -= d.Calls
				continue
			}
			require.True(t, noted[d.Request], "%s twice", d.Request)
			delete(noted, d.Request)
		}
		require.Zero(t, counted)
		require.Empty(t, noted)
	})
}
