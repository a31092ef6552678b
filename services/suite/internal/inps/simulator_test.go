package inps_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"w2w/pkg/auth"
	"w2w/pkg/testkit"
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

const golden = "../../../concessions/testdata/season"

func open(t *testing.T) *portal.Book {
	t.Helper()
	if testing.Short() {
		t.Skip("needs PostgreSQL")
	}
	dir := testkit.Folder(t)
	h, err := house.Open(context.Background(), house.Options{DataDir: dir, Addr: "127.0.0.1:0", Log: zap.NewNop()})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	credentials, err := auth.ReadClients(filepath.Join(dir, house.ClientsFile))
	require.NoError(t, err)
	return portal.NewBook(h.URL, credentials)
}

// settle imports a season, has it paid twice over by simulators that follow the feed from its start, and sees
// every committed cent spent, once.
func settle(t *testing.T, book *portal.Book, from, out string) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, season.Import(ctx, book, os.DirFS(from), out, nil))
	ministry, err := book.For(auth.AllAdministrations, "plafonds:assign")
	require.NoError(t, err)
	client, err := book.For(auth.AllAdministrations, inps.Scope)
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

func TestASeasonIsPaidToTheCent(t *testing.T) {
	t.Parallel()
	settle(t, open(t), golden, t.TempDir())
}

// TestAListLongerThanOneCallIsFiledAndPaid files a list of 6,000 rows, upside down.
func TestAListLongerThanOneCallIsFiledAndPaid(t *testing.T) {
	t.Parallel()
	const rows = 6000
	from, out := t.TempDir(), t.TempDir()
	raw, err := os.ReadFile(filepath.Join(golden, "workers.csv"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	workers := lines[0] + "\n"
	for row := rows; row > 0; row-- {
		cells := strings.Split(lines[1+row%(len(lines)-1)], ",")
		cells[0], cells[1] = "LONG", strconv.Itoa(2*row)
		workers += strings.Join(cells, ",") + "\n"
	}
	header, _, _ := strings.Cut(read(t, golden, "applications.csv"), "\n")
	application := ",03,10175233260,Molino,6000,INDUSTRIALE_OLTRE_15,C,9496322419,LC,CIG_DEROGA,I_PROROGA,2010-01-11,2010-03-07,2010-01-04,2010-01-15\n"
	for name, text := range map[string]string{"workers.csv": workers, "applications.csv": header + "\nLONG" + application,
		"plafonds.csv": "administration,year,instrument_family,assigned_cents,assigned_on\n03,2010,CIG_DEROGA,900000000000,2009-12-15\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(from, name), []byte(text), 0o600))
	}
	settle(t, open(t), from, out)
	results := strings.Split(strings.TrimSpace(read(t, out, "result_workers.csv")), "\n")[1:]
	require.Len(t, results, rows)
	require.True(t, strings.HasPrefix(results[rows-1], "LONG,12000,REJECTED,"), results[rows-1])
	accepted := strings.Count(strings.Join(results, "\n"), ",ACCEPTED,")
	require.Greater(t, accepted, 1000)
	require.Contains(t, read(t, out, "result_applications.csv"), fmt.Sprintf("\nLONG,ADMISSIBLE,,%d,%d,", accepted, rows-accepted))
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(raw)
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
