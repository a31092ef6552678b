package feed_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/testkit"
)

const (
	asFollower = "follower"
	followedAt = "FOLLOWED_DATABASE"
	handOver   = 9 * time.Second // the lock that a dead process may hold for 5 s, and some patience with a busy machine
)

func TestMain(m *testing.M) { testkit.Programs{asFollower: follow}.Main(m) }

// follow is a process that follows the feed until it is told to stop.
func follow() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	db, err := database.Open(ctx, database.Options{URL: os.Getenv(followedAt), Schema: "feed"})
	if err == nil {
		defer db.Close()
		err = feed.NewFollower(db, following(feed.NewReader(db, "/test").As("*"), write)).Run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestHandOver ends a follower in the middle of a page, once in order and once by a kill: the other one goes on, and
// each event has its effect once.
func TestHandOver(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(c *testkit.Child){
		"told to stop": func(c *testkit.Child) { c.Terminate(handOver) },
		"killed":       func(c *testkit.Child) { c.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			admin, url := testkit.URLs(t, "feed", feed.Migrations(), effects)
			db, err := database.Open(t.Context(), database.Options{URL: url, Schema: "feed"})
			require.NoError(t, err)
			t.Cleanup(db.Close)
			first := testkit.Launch(t, asFollower, followedAt+"="+url)
			sent := 0
			more := func(n int) {
				for range n {
					publish(t, db, sent, "03")
					sent++
				}
			}
			settle := func() {
				require.Eventually(t, func() bool { return len(written(t, db)) >= sent }, handOver, 10*time.Millisecond)
			}
			more(5)
			settle()
			first.Pause()
			second := testkit.Launch(t, asFollower, followedAt+"="+url)
			more(20) // of which the first knows nothing
			settle()
			release := lockEffects(t, admin)
			more(150) // more than a page
			waiting(t, db, 1)
			first.Resume()
			waiting(t, db, 2)
			end(second)
			release()
			began := time.Now()
			settle()
			t.Logf("the other went on after %v", time.Since(began))
			first.Terminate(handOver)
			want := []string{}
			for n := range sent {
				want = append(want, fmt.Sprint(n))
			}
			require.Equal(t, want, written(t, db))
		})
	}
}

// lockEffects makes whoever gives an event its effect wait, until release.
func lockEffects(t *testing.T, admin string) (release func()) {
	t.Helper()
	owner, err := pgx.Connect(t.Context(), admin)
	require.NoError(t, err)
	t.Cleanup(func() { _ = owner.Close(context.Background()) })
	_, err = owner.Exec(t.Context(), "begin; lock table feed.effects in share mode")
	require.NoError(t, err)
	return func() {
		_, err := owner.Exec(t.Context(), "rollback")
		require.NoError(t, err)
	}
}

// waiting waits until so many wait for a lock: for the effects, or for the one who does.
func waiting(t *testing.T, db *database.DB, want int) {
	t.Helper()
	require.Eventually(t, func() bool {
		var n int
		err := db.Read(t.Context(), "*", func(b *pgx.Batch) {
			b.Queue("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").
				QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
		})
		return err == nil && n == want
	}, handOver, time.Millisecond)
}
