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
	asFollower   = "follower"
	followedAt   = "FOLLOWED_DATABASE"
	handOver     = 9 * time.Second // the lock that a dead process may hold for 5 s, and some patience with a busy machine
	firstEvents  = 5
	secondEvents = 150 // more than a page
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
		fmt.Println(err)
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
			for n := range firstEvents {
				publish(t, db, n, "03")
			}
			require.Eventually(t, func() bool { return len(written(t, db)) == firstEvents }, handOver, 10*time.Millisecond)
			first.Pause()
			release := lockEffects(t, admin)
			for n := range secondEvents {
				publish(t, db, firstEvents+n, "03")
			}
			second := testkit.Launch(t, asFollower, followedAt+"="+url)
			waiting(t, db)
			first.Resume()
			end(second)
			release()
			began := time.Now()
			require.Eventually(t, func() bool { return len(written(t, db)) >= firstEvents+secondEvents }, handOver, 10*time.Millisecond)
			t.Logf("the other went on after %v", time.Since(began))
			first.Terminate(handOver)
			want := []string{}
			for n := range firstEvents + secondEvents {
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

// waiting waits until somebody waits for the effects.
func waiting(t *testing.T, db *database.DB) {
	t.Helper()
	require.Eventually(t, func() bool {
		var n int
		err := db.Read(t.Context(), "*", func(b *pgx.Batch) {
			b.Queue(`select count(*) from pg_locks where relation = 'effects'::regclass and not granted
	and database = (select oid from pg_database where datname = current_database())`).
				QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
		})
		return err == nil && n > 0
	}, handOver, time.Millisecond)
}
