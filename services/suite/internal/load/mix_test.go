package load

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

// TestEveryClientHasItsTurn at each kind of request, however many there are.
func TestEveryClientHasItsTurn(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 20; n++ {
		clients := make([]*portal.Client, n)
		for i := range clients {
			clients[i] = &portal.Client{}
		}
		for filer, kinds := range map[*season.Filer]int{nil: 2, {}: 4} {
			m := &mix{applicants: clients, pools: clients, writers: clients, filer: filer, filed: []string{"one"}}
			had := map[string]map[*portal.Client]bool{}
			for turn := range 10 * n {
				r := m.next(turn)
				if had[r.about] == nil {
					had[r.about] = map[*portal.Client]bool{}
				}
				had[r.about][r.by] = true
			}
			require.Len(t, had, kinds)
			for about, by := range had {
				require.Len(t, by, n, about)
			}
		}
	}
}
