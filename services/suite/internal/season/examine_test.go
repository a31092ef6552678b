package season

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func staffed(codes ...string) *application {
	a := &application{}
	for _, c := range codes {
		a.workers = append(a.workers, worker{data: object{"tax_code": c}})
	}
	return a
}

func TestAnApplicationWaitsForTheLastOneBeforeItOfEachPerson(t *testing.T) {
	t.Parallel()
	first, stranger, second, third := staffed("A", "B", "A"), staffed("C"), staffed("B"), staffed("A", "B")
	turns := turnsOf([]*application{first, stranger, second, third})
	require.Empty(t, turns[first].behind, "a code twice in one list is no one else's")
	require.Empty(t, turns[stranger].behind)
	require.Equal(t, []*turn{turns[first]}, turns[second].behind)
	require.ElementsMatch(t, []*turn{turns[first], turns[second]}, turns[third].behind)
}

func TestWaitingEndsWhenAllBeforeAreJudgedOrTheImportEnds(t *testing.T) {
	t.Parallel()
	first, second := staffed("A"), staffed("A")
	turns := turnsOf([]*application{first, second})
	ended, end := context.WithCancel(t.Context())
	end()
	require.ErrorIs(t, turns[second].await(ended), context.Canceled)
	close(turns[first].over)
	require.NoError(t, turns[second].await(t.Context()))
}
