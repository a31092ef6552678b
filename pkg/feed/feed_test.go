package feed_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/testkit"
)

func event(n int, administration string) feed.Event {
	return feed.Event{Type: "it.w2w.test.v1", Subject: fmt.Sprint(n), Administration: administration, Data: map[string]int{"n": n}}
}

func publish(t *testing.T, db *database.DB, n int, administration string) {
	t.Helper()
	require.NoError(t, db.Update(context.Background(), administration, func(tx *database.Tx) error {
		return feed.Append(tx, event(n, administration))
	}))
}

func subjects(t *testing.T, r *feed.Reader, administration string, q feed.Query) ([]string, string) {
	t.Helper()
	q.Limit = max(q.Limit, 100)
	page, err := r.Read(context.Background(), administration, q)
	require.NoError(t, err)
	out := []string{}
	for _, e := range page.Items {
		out = append(out, e.Subject)
	}
	return out, page.NextCursor
}

// settled reads until so many events are there: transactions of other databases hold the feed back as well.
func settled(t *testing.T, r *feed.Reader, administration string, n int) []string {
	t.Helper()
	got := []string{}
	for cursor := ""; len(got) < n; {
		var more []string
		more, cursor = subjects(t, r, administration, feed.Query{After: cursor, Wait: feed.MaxWait})
		require.NotEmpty(t, more)
		got = append(got, more...)
	}
	return got
}

func TestASlowTransactionIsNeverSkipped(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "feed", feed.Migrations())
	reader := feed.NewReader(db, "/test")
	written, finish := make(chan struct{}), make(chan struct{})
	var slow sync.WaitGroup
	slow.Go(func() {
		_ = db.Update(context.Background(), "03", func(tx *database.Tx) error {
			if err := feed.Append(tx, event(1, "03")); err != nil {
				return err
			}
			err := tx.Flush()
			close(written)
			<-finish
			return err
		})
	})
	<-written
	publish(t, db, 2, "03")
	got, cursor := subjects(t, reader, "03", feed.Query{})
	require.Empty(t, got, "event 2 waits for the older transaction")
	close(finish)
	slow.Wait()
	require.Equal(t, []string{"1", "2"}, settled(t, reader, "03", 2))
	_, end := subjects(t, reader, "03", feed.Query{After: cursor})
	require.NotEqual(t, cursor, end)
}

func TestFollowingFromTheStartReplaysEverythingOnce(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "feed", feed.Migrations())
	reader := feed.NewReader(db, "/test")
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for n := range 25 {
				publish(t, db, w*25+n, "03")
			}
		})
	}
	seen, cursor := map[string]int{}, ""
	for deadline := time.Now().Add(20 * time.Second); len(seen) < 200 && time.Now().Before(deadline); {
		var got []string
		got, cursor = subjects(t, reader, "*", feed.Query{After: cursor, Wait: time.Second})
		for _, s := range got {
			seen[s]++
		}
	}
	writers.Wait()
	require.Len(t, seen, 200)
	for s, n := range seen {
		require.Equal(t, 1, n, s)
	}
	all, _ := subjects(t, reader, "*", feed.Query{Limit: 500})
	require.Len(t, all, 200)
}

func TestAnEventForEveryoneIsSeenByAll(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "feed", feed.Migrations())
	reader := feed.NewReader(db, "/test")
	publish(t, db, 1, "*")
	publish(t, db, 2, "03")
	for administration, want := range map[string][]string{"03": {"1", "2"}, "07": {"1"}, "*": {"1", "2"}} {
		require.Equal(t, want, settled(t, reader, administration, len(want)), administration)
	}
	nobody, _ := subjects(t, reader, "", feed.Query{})
	require.Empty(t, nobody)
	forged := db.Update(context.Background(), "03", func(tx *database.Tx) error { return feed.Append(tx, event(3, "*")) })
	require.Error(t, forged, "an administration does not speak for all")
}

func TestAReaderSeesItsAdministrationOnly(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "feed", feed.Migrations())
	reader := feed.NewReader(db, "/test")
	publish(t, db, 1, "03")
	publish(t, db, 2, "07")
	for administration, want := range map[string][]string{"03": {"1"}, "07": {"2"}, "*": {"1", "2"}, "": {}} {
		require.Equal(t, want, settled(t, reader, administration, len(want)), administration)
	}
}

func TestAForeignCursorIsRefused(t *testing.T) {
	t.Parallel()
	reader := feed.NewReader(testkit.Database(t, "feed", feed.Migrations()), "/test")
	for _, bad := range []string{"x", "!!", "MS4tMg", "bm90LWEtY3Vyc29y", "MS4yeA", "MQ", "LTEuMg"} {
		_, err := reader.Read(context.Background(), "*", feed.Query{After: bad, Limit: 1})
		require.True(t, fault.Is(err, fault.RequestInvalid), "%s: %v", bad, err)
	}
}

func TestAWaitingReaderGetsWhatComes(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "feed", feed.Migrations())
	reader := feed.NewReader(db, "/test")
	answer := make(chan feed.Page, 1)
	go func() {
		page, _ := reader.Read(context.Background(), "03", feed.Query{Limit: 10, Wait: feed.MaxWait})
		answer <- page
	}()
	publish(t, db, 1, "03")
	require.Len(t, (<-answer).Items, 1)
}

func TestAWaitingReaderIsLetGoWhenTheServerStops(t *testing.T) {
	t.Parallel()
	reader := feed.NewReader(testkit.Database(t, "feed", feed.Migrations()), "/test")
	stopping, begun := make(chan struct{}), time.Now()
	close(stopping)
	page, err := reader.Read(context.Background(), "03", feed.Query{Wait: feed.MaxWait, Stop: stopping})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	require.Less(t, time.Since(begun), feed.MaxWait/2)
}

func TestAWaitingReaderHoldsNoConnection(t *testing.T) {
	t.Parallel()
	_, service := testkit.URLs(t, "feed", feed.Migrations())
	db, err := database.Open(context.Background(), database.Options{URL: service, Schema: "feed", MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	var readers sync.WaitGroup
	for range 10 {
		readers.Go(func() {
			page, err := feed.NewReader(db, "/test").Read(context.Background(), "03", feed.Query{Wait: feed.MaxWait})
			if err != nil || len(page.Items) != 1 {
				t.Errorf("%d events, %v", len(page.Items), err)
			}
		})
	}
	publish(t, db, 1, "03")
	readers.Wait()
}

func TestAnEventHasTheFormOfCloudEvents(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "feed", feed.Migrations())
	publish(t, db, 7, "03")
	page, err := feed.NewReader(db, "/test").Read(context.Background(), "03", feed.Query{Wait: feed.MaxWait})
	require.NoError(t, err)
	e := page.Items[0]
	require.WithinDuration(t, time.Now(), e.Time, time.Minute)
	require.Equal(t, time.UTC, e.Time.Location())
	require.Len(t, e.ID, 36)
	require.JSONEq(t, `{"n": 7}`, string(e.Data))
	e.ID, e.Time, e.Data = "", time.Time{}, nil
	require.Equal(t, feed.CloudEvent{SpecVersion: "1.0", Source: "/test", Type: "it.w2w.test.v1", Subject: "7",
		DataContentType: "application/json", Administration: "03"}, e)
}

// The cursor of a reader that sees nothing moves on, past the rows of others, and still misses nothing.
func TestAReaderDoesNotWadeThroughTheRowsOfOthers(t *testing.T) {
	t.Parallel()
	db := testkit.Database(t, "feed", feed.Migrations())
	reader := feed.NewReader(db, "/test")
	publish(t, db, 1, "07")
	settled(t, reader, "07", 1)
	none, cursor := subjects(t, reader, "03", feed.Query{})
	require.Empty(t, none)
	require.NotEmpty(t, cursor)
	start, _ := subjects(t, reader, "07", feed.Query{After: cursor})
	require.Empty(t, start, "the cursor is past the row of the other administration")
	publish(t, db, 2, "03")
	got, _ := subjects(t, reader, "03", feed.Query{After: cursor, Wait: feed.MaxWait})
	require.Equal(t, []string{"2"}, got)
}
