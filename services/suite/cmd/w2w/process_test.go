package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database/embedded"
	"w2w/pkg/testkit"
	"w2w/services/suite/internal/housekit"
	"w2w/services/suite/internal/portal"
	"w2w/services/suite/internal/season"
)

// TestASeasonOutlivesEveryEndOfItsProcesses imports a season and has it paid, while import, house and simulator are
// killed and stopped.
func TestASeasonOutlivesEveryEndOfItsProcesses(t *testing.T) {
	t.Parallel()
	dir, addr, out := folder(t), testkit.FreeAddress(t), t.TempDir()
	house := runHouseAt(t, dir, addr, "--no-demo").ready(addr)

	broken := start(t, nil, "import", "season", housekit.Season.Folder, "--out", out, "--data-dir", dir)
	broken.says("season      500 of 2000")
	broken.Kill()
	start(t, nil, "import", "season", "--out", out, "--data-dir", dir, housekit.Season.Folder).ends(success)
	housekit.Season.RequireIn(t, out)
	book := bookOf(t, dir, addr)
	committed, _ := money(t, book)
	require.Positive(t, committed)

	polled := longPoll(t, book)
	house.stops(syscall.SIGTERM)
	require.NoError(t, <-polled, "a reader that waits gets its answer")
	requireNoPostgres(t, dir, time.Second)

	house = runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	decrees, err := season.Transmit(context.Background(), book, nil)
	require.NoError(t, err)
	require.Positive(t, decrees)
	simulator := start(t, nil, "simulate", "inps", "--gateway", "http://"+addr, "--clients", filepath.Join(dir, "clients.json"))
	simulator.says("applications paid")
	house.Kill()
	house = runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	require.Eventually(t, func() bool {
		left, spent := money(t, book)
		return left == 0 && spent == committed
	}, patience, 100*time.Millisecond, "%s", simulator.Child)
	simulator.stops(os.Interrupt)
	house.Kill()
	requireNoPostgres(t, dir, stopLimit)
}

// TestAPoolOutlivesTheEndOfItsProcesses imports a pool while first the import and then the house are killed.
func TestAPoolOutlivesTheEndOfItsProcesses(t *testing.T) {
	t.Parallel()
	dir, addr, out := folder(t), testkit.FreeAddress(t), t.TempDir()
	house := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	arguments := []string{"import", "lsu-pool", housekit.Pool.Folder, "--out", out, "--data-dir", dir}
	broken := start(t, nil, arguments...)
	broken.says("pool        3192 of 10536") // the pool is in, its months are to come
	broken.Kill()
	require.NoFileExists(t, filepath.Join(out, "result_pool.csv"))
	again := start(t, nil, arguments...)
	again.says("of 10536")
	house.Kill()
	house = runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	again.ends(success)
	housekit.Pool.RequireIn(t, out)
	house.stops(syscall.SIGTERM)
}

// longPoll returns when a reader waits at the end of the feed, and tells how it is answered.
func longPoll(t *testing.T, book *portal.Book) <-chan error {
	t.Helper()
	reader, err := book.For("*", "inps:exchange")
	require.NoError(t, err)
	var page struct {
		Items []struct{} `json:"items"`
		Next  string     `json:"next_cursor"`
	}
	ask := func(wait string) error {
		return reader.Do(context.Background(), portal.Call{Method: http.MethodGet, Path: "/concessions/v1/events?limit=1000&wait=" + wait + "&after=" + page.Next, Into: &page})
	}
	for more := true; more; more = len(page.Items) > 0 {
		page.Items = nil
		require.NoError(t, ask("0"))
	}
	answered := make(chan error, 1)
	go func() { answered <- ask("8") }()
	select {
	case <-answered:
		t.Fatal("the feed did not wait")
	case <-time.After(300 * time.Millisecond):
	}
	return answered
}

func TestTheDemoGoesOnWhereItWasBrokenOff(t *testing.T) {
	t.Parallel()
	dir, addr := closedFolder(t), testkit.FreeAddress(t)
	house := runHouseAt(t, dir, addr)
	house.says("1000 of 2000")
	house.Kill()
	for _, at := range []string{"To INPS", "Payments"} {
		house = runHouseAt(t, dir, addr)
		house.says(at)
		house.stops(os.Interrupt)
		requireNoPostgres(t, dir, time.Second)
	}
	house = runHouseAt(t, dir, addr)
	house.says("Stop with Ctrl-C")
	housekit.Season.RequireIn(t, filepath.Join(dir, "demo-season-results"))
	housekit.Pool.RequireIn(t, filepath.Join(dir, "demo-pool-results"))
	left, spent := money(t, bookOf(t, dir, addr))
	require.Zero(t, left)
	require.Positive(t, spent)
	house.stops(syscall.SIGTERM)

	house = runHouseAt(t, dir, addr)
	house.says("Stop with Ctrl-C")
	require.NotContains(t, house.Said(), "Demo ", "not twice")
	_, again := money(t, bookOf(t, dir, addr))
	require.Equal(t, spent, again)
	house.stops(os.Interrupt)
}

func TestOneHouseAFolderAndAnAddress(t *testing.T) {
	t.Parallel()
	dir, addr, other := folder(t), testkit.FreeAddress(t), folder(t)
	house := runHouseAt(t, dir, addr, "--no-demo").ready(addr)
	second := runHouseAt(t, dir, testkit.FreeAddress(t), "--no-demo")
	second.ends(failure)
	require.Contains(t, second.Said(), dir+" is in use by another process\n")
	second = runHouseAt(t, other, addr, "--no-demo")
	second.ends(failure)
	require.Contains(t, second.Said(), "the address "+addr+" is taken by another program")
	next := testkit.FreeAddress(t)
	second = runHouseAt(t, other, next, "--no-demo").ready(next)
	second.stops(os.Interrupt)
	house.stops(os.Interrupt)
}

// TestAHouseStoppedWhileItStarts is stopped at moments of its first second.
func TestAHouseStoppedWhileItStarts(t *testing.T) {
	t.Parallel()
	dir, addr := folder(t), testkit.FreeAddress(t)
	for _, after := range []int64{200, 500, 900} {
		house := runHouseAt(t, dir, addr)
		select {
		case <-house.Ended():
		case <-time.After(time.Duration(after) * time.Millisecond):
		}
		house.stops(os.Interrupt)
	}
	runHouseAt(t, dir, addr, "--no-demo").ready(addr).stops(os.Interrupt)
}

// TestTheGivenDatabaseIsUsed has an owner who is no superuser, as a managed database has.
func TestTheGivenDatabaseIsUsed(t *testing.T) {
	t.Parallel()
	dir, addr, out := folder(t), testkit.FreeAddress(t), t.TempDir()
	environ := atDatabase(managed(t))
	for range 2 {
		start(t, environ, "migrate").ends(success)
	}
	house := start(t, environ, "run", "--no-demo", "--addr", addr, "--data-dir", dir).ready(addr)
	require.NoDirExists(t, embedded.Folder(dir))
	start(t, nil, "import", "season", housekit.Season.Folder, "--out", out, "--data-dir", dir).ends(success)
	housekit.Season.RequireIn(t, out)
	house.stops(os.Interrupt)
	start(t, environ[:1], "run", "--no-demo", "--addr", addr, "--data-dir", dir).ready(addr).stops(os.Interrupt)
}

func TestSettingsAndArgumentsThatAreWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		environ, args []string
		code          int
		says          string
	}{
		{nil, []string{"--help"}, success, "usage:"},
		{nil, []string{"import", "season", "--help"}, success, "usage:"},
		{nil, []string{"fly"}, refusal, "usage:"},
		{nil, []string{"run", "--wings"}, refusal, "-wings"},
		{nil, []string{"run", "away"}, refusal, "usage:"},
		{[]string{"W2W_DATABASE_ULR=x"}, []string{"run"}, refusal, "W2W_DATABASE_ULR is unknown"},
		{[]string{"W2W_DATABASE_URL=nonsense"}, []string{"run", "--data-dir", t.TempDir(), "--addr", "127.0.0.1:0"}, failure, "W2W_DATABASE_URL"},
		{nil, []string{"migrate"}, refusal, `"W2W_DATABASE_URL"`},
		{nil, []string{"import", "season", "x", "--out", "y"}, refusal, "--data-dir"},
		{nil, []string{"import", "lsu-pool", "--help"}, success, "usage:"},
		{nil, []string{"import", "lsu-pool", "x", "y", "--out", "z"}, refusal, "usage:"},
		{nil, []string{"import", "lsu-pool", "x", "--data-dir", "y"}, refusal, "--out is missing"},
		{nil, []string{"import", "lsu-pool", "x", "--out", "y"}, refusal, "--data-dir"},
		{nil, []string{"import", "season", "x", "--out", "y", "--data-dir", t.TempDir()}, refusal, "no house has run"},
		{nil, []string{"import", "season", "x", "--out", "y", "--gateway", "http://127.0.0.1:1", "--clients", "nowhere.json"}, refusal, "nowhere.json"},
	} {
		p := start(t, c.environ, c.args...)
		p.ends(c.code)
		require.Contains(t, p.Said(), c.says)
	}
}
