package feed_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/testkit"
)

// effects is what the followers of these tests write: a row for each effect, so that a second one shows.
var effects = database.Set{Name: "effects", Files: fstest.MapFS{"00001_effects.sql": {Data: []byte(
	"-- +goose Up\ncreate table effects (id bigint generated always as identity, subject text not null check (subject <> 'late'));\n")}}}

func followed(t *testing.T) *database.DB {
	t.Helper()
	return testkit.Database(t, "feed", feed.Migrations(), effects)
}

func write(tx *database.Tx, e feed.CloudEvent) error {
	tx.Queue("insert into effects (subject) values ($1)", e.Subject)
	return nil
}

func written(t *testing.T, db *database.DB) []string {
	t.Helper()
	out := []string{}
	require.NoError(t, db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue("select subject from effects order by id").Query(func(rows pgx.Rows) (err error) {
			out, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
	}))
	return out
}

// script is a source with pages of its own: the cursor is the number of the page.
type script [][]string

func (s script) Pull(_ context.Context, q feed.Query) (feed.Page, error) {
	n := 0
	_, _ = fmt.Sscan(q.After, &n) // an empty cursor is page 0
	if n >= len(s) {
		return feed.Page{NextCursor: q.After}, nil
	}
	page := feed.Page{NextCursor: fmt.Sprint(n + 1)}
	for _, subject := range s[n] {
		page.Items = append(page.Items, feed.CloudEvent{ID: "id-" + subject, Type: "it.w2w.test.v1", Subject: subject, Time: time.Now()})
	}
	return page, nil
}

func following(source feed.Source, handle feed.Handler) feed.Following {
	return feed.Following{Name: "test", Administration: "*", Source: source, Handle: handle}
}

func steps(t *testing.T, f *feed.Follower, n int) {
	t.Helper()
	for range n {
		_, err := f.Step(context.Background(), 0)
		require.NoError(t, err)
	}
}

// What comes twice or in another order has its effect once, where it first comes.
func TestPagesOfAnyOrderHaveTheirEffectOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pages script
		want  []string
	}{
		"in order":                  {script{{"1", "2"}, {"3"}}, []string{"1", "2", "3"}},
		"twice on a page":           {script{{"1", "1", "2"}}, []string{"1", "2"}},
		"again on a later page":     {script{{"1", "2"}, {"2", "1", "3"}}, []string{"1", "2", "3"}},
		"an older one comes late":   {script{{"2"}, {"1"}}, []string{"2", "1"}},
		"a page of duplicates only": {script{{"1"}, {"1"}, {"2"}}, []string{"1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := followed(t)
			steps(t, feed.NewFollower(db, following(c.pages, write)), len(c.pages)+1)
			require.Equal(t, c.want, written(t, db))
			steps(t, feed.NewFollower(db, following(c.pages, write)), 1)
			require.Equal(t, c.want, written(t, db), "a new start goes on from the cursor")
		})
	}
}

func TestAnEventThatCantBeDigestedStopsTheFollower(t *testing.T) {
	t.Parallel()
	refusal := errors.New("unknown form")
	for name, c := range map[string]struct {
		culprit string
		handle  feed.Handler
	}{
		"the handler refuses": {"3", func(tx *database.Tx, e feed.CloudEvent) error {
			if e.Subject == "3" {
				return refusal
			}
			return write(tx, e)
		}},
		"the database refuses at the commit": {"late", write},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, pages := followed(t), script{{"1"}, {"2", c.culprit, "4"}}
			f := feed.NewFollower(db, following(pages, c.handle))
			err := f.Run(context.Background())
			var stopped *feed.Stopped
			require.ErrorAs(t, err, &stopped)
			require.Equal(t, "id-"+c.culprit, stopped.Event)
			require.Equal(t, []string{"1", "2"}, written(t, db), "nothing is skipped, what came before counts")
			require.InDelta(t, 1, value(t, f, "w2w_feed_follower_stopped"), 0)
			require.InDelta(t, 2, value(t, f, "w2w_feed_events_handled_total"), 0)

			mended := feed.NewFollower(db, following(pages, func(tx *database.Tx, e feed.CloudEvent) error {
				tx.Queue("insert into effects (subject) values ('mended ' || $1)", e.Subject)
				return nil
			}))
			steps(t, mended, 1)
			require.Equal(t, []string{"1", "2", "mended " + c.culprit, "mended 4"}, written(t, db))
		})
	}
}

func value(t *testing.T, f *feed.Follower, name string) float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(f)
	families, err := registry.Gather()
	require.NoError(t, err)
	for _, family := range families {
		if family.GetName() == name {
			m := family.GetMetric()[0]
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	require.Fail(t, "no such metric", name)
	return 0
}

func TestReplicasOfAFollowerShareTheWork(t *testing.T) {
	t.Parallel()
	db, pages := followed(t), script{}
	want := []string{}
	for n := range 60 {
		pages = append(pages, []string{fmt.Sprint(n)})
		want = append(want, fmt.Sprint(n))
	}
	var replicas sync.WaitGroup
	for range 4 {
		replicas.Go(func() {
			f := feed.NewFollower(db, following(pages, write))
			for range 2 * len(pages) {
				if _, err := f.Step(context.Background(), 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	replicas.Wait()
	require.Equal(t, want, written(t, db))
}

// failing is a source that is away for its first pulls.
type failing struct {
	feed.Source
	left int
}

func (f *failing) Pull(ctx context.Context, q feed.Query) (feed.Page, error) {
	if f.left--; f.left >= 0 {
		return feed.Page{}, errors.New("502")
	}
	return f.Source.Pull(ctx, q)
}

func TestRunWaitsForASourceThatIsAwayAndEndsWithItsContext(t *testing.T) {
	t.Parallel()
	db := followed(t)
	publish(t, db, 1, "03")
	ctx, cancel := context.WithCancel(context.Background())
	f := feed.NewFollower(db, following(&failing{feed.NewReader(db, "/test").As("*"), 2}, func(tx *database.Tx, e feed.CloudEvent) error {
		if e.Subject == "2" {
			cancel()
		} else {
			publish(t, db, 2, "03")
		}
		return write(tx, e)
	}))
	require.NoError(t, f.Run(ctx))
	require.Equal(t, "1", written(t, db)[0])
	require.InDelta(t, 2, value(t, f, "w2w_feed_follower_failures_total"), 0)
}

func TestOutboxAgeShowsWhatIsHeldBack(t *testing.T) {
	t.Parallel()
	db := followed(t)
	registry := prometheus.NewRegistry()
	require.NoError(t, registry.Register(feed.NewCollector(db)))
	require.NoError(t, db.Update(context.Background(), "03", func(tx *database.Tx) error {
		if err := errors.Join(feed.Append(tx, event(1, "03")), tx.Flush()); err != nil {
			return err
		}
		publish(t, db, 2, "03") // it waits for the transaction around it
		families, err := registry.Gather()
		require.Positive(t, families[0].GetMetric()[0].GetGauge().GetValue())
		return err
	}))
	n, err := testutil.GatherAndCount(registry)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
