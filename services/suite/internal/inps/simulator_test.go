package inps_test

import (
	"context"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/services/suite/internal/house"
	"w2w/services/suite/internal/inps"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

type balances struct {
	Items []struct {
		Assigned  int64 `json:"assigned_cents"`
		Available int64 `json:"available_cents"`
		Committed int64 `json:"committed_cents"`
		Spent     int64 `json:"spent_cents"`
	} `json:"items"`
}

// TestASeasonIsPaidToTheCent sends the season to INPS and sees every committed cent spent, once, also
// when the feed is followed again from its start.
func TestASeasonIsPaidToTheCent(t *testing.T) {
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	h, err := house.Open(ctx, house.Options{DataDir: dir, Addr: "127.0.0.1:0", Log: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	credentials, err := auth.ReadClients(filepath.Join(dir, house.ClientsFile))
	require.NoError(t, err)
	book := portal.NewBook(h.URL, credentials)
	require.NoError(t, season.Import(ctx, book, "../../../concessions/testdata/season", t.TempDir(), nil))
	ministry, err := book.For(auth.AllAdministrations, "plafonds:assign")
	require.NoError(t, err)
	client, err := book.For(auth.AllAdministrations, "inps:exchange")
	require.NoError(t, err)
	committed, _ := sums(t, ministry)
	require.Positive(t, committed)
	decrees, err := season.Transmit(ctx, book, nil)
	require.NoError(t, err)
	for range 2 {
		answered := 0
		simulator := inps.New(client, func(_ inps.Answer, err error) {
			require.NoError(t, err)
			answered++
		})
		for answered < decrees {
			_, err = simulator.Round(ctx, 1)
			require.NoError(t, err)
		}
		left, spent := sums(t, ministry)
		require.Zero(t, left)
		require.Equal(t, committed, spent)
	}
}

func sums(t *testing.T, c *portal.Client) (committed, spent int64) {
	t.Helper()
	var all balances
	require.NoError(t, c.Do(context.Background(), portal.Call{Method: http.MethodGet, Path: "/concessions/v1/plafonds", Into: &all}))
	for _, b := range all.Items {
		require.Equal(t, b.Assigned, b.Available+b.Committed+b.Spent)
		committed, spent = committed+b.Committed, spent+b.Spent
	}
	return committed, spent
}
