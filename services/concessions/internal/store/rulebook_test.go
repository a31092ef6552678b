package store_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/auth"
	"w2w/pkg/clock"
	"w2w/pkg/database"
	"w2w/pkg/italia"
	"w2w/pkg/params"
	"w2w/pkg/period"
	"w2w/pkg/testkit"
	"w2w/services/concessions"
	"w2w/services/concessions/internal/store"
)

// office is a database with the rulebooks and the desk that work on it.
type office struct {
	t  *testing.T
	db *database.DB
}

func newOffice(t *testing.T) office {
	t.Helper()
	return office{t, testkit.Database(t, concessions.Name, concessions.Migrations()...)}
}

func (o office) open(files ...params.Row) (*store.Rulebook, []params.Row, error) {
	o.t.Helper()
	atlas, err := italia.Load()
	require.NoError(o.t, err)
	return store.OpenRulebook(context.Background(), o.db, atlas, files)
}

func (o office) opened(files ...params.Row) (*store.Rulebook, []params.Row) {
	o.t.Helper()
	book, differing, err := o.open(files...)
	require.NoError(o.t, err)
	return book, differing
}

// ministry states a value by an act.
func (o office) ministry(book *store.Rulebook, r params.Row) {
	o.t.Helper()
	desk := store.NewDesk(o.db, nil, book, clock.System)
	r.Source = "DM 7/2026"
	require.NoError(o.t, o.db.Update(context.Background(), italia.Ministry, func(tx *database.Tx) error {
		_, err := desk.SetParameter(tx, auth.Identity{Administration: italia.Ministry}, r)
		return err
	}))
}

func (o office) count(query string) (n int) {
	o.t.Helper()
	require.NoError(o.t, o.db.Read(context.Background(), "*", func(b *pgx.Batch) {
		b.Queue(query).QueryRow(func(r pgx.Row) error { return r.Scan(&n) })
	}))
	return n
}

func share(value string, from, to int) params.Row {
	r := params.Row{Key: "share.state_percent", Value: json.RawMessage(value), ValidFrom: period.Of(from, 1, 1), LegalRef: "Accordo", Source: "a.yaml"}
	if to > 0 {
		last := period.Of(to, 12, 31)
		r.ValidTo = &last
	}
	return r
}

func percent(t *testing.T, book *store.Rulebook, year int) int64 {
	t.Helper()
	v, err := book.Now().StatePercent(period.Of(year, 6, 1))
	require.NoError(t, err)
	return v
}

func TestReplicasThatStartAtOnceBringTheFilesOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var replicas sync.WaitGroup
	for range 4 {
		replicas.Go(func() {
			if _, differing, err := o.open(share("70", 2009, 2010), share("60", 2011, 0)); err != nil || len(differing) > 0 {
				t.Error(differing, err)
			}
		})
	}
	replicas.Wait()
	require.Equal(t, 2, o.count("select count(*) from parameters"))
	require.Equal(t, 1, o.count("select max(version) from parameters"))
	require.Zero(t, o.count("select count(*) from outbox"), "the first values are no change")
}

func TestAReleaseAddsButNeverChanges(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first, _ := o.opened(share("70", 2009, 2010), share("60", 2011, 2012))
	o.ministry(first, share("65", 2010, 2010))
	same, differing := o.opened(share("70", 2009, 2010), share("60", 2011, 2012))
	require.Empty(t, differing, "what the Ministry changed is no difference of the files")
	require.EqualValues(t, []int64{70, 65}, []int64{percent(t, same, 2009), percent(t, same, 2010)})

	corrected := share("61", 2011, 2012)
	next, differing := o.opened(share("70", 2009, 2010), corrected, share("50", 2013, 0))
	require.Equal(t, []params.Row{corrected}, differing)
	require.EqualValues(t, []int64{65, 60, 50}, []int64{percent(t, next, 2010), percent(t, next, 2012), percent(t, next, 2013)})
	require.Equal(t, 2, o.count("select count(*) from outbox where type = 'it.w2w.concessions.parameter.changed.v1'"), "by the Ministry, and the new one")
	require.EqualValues(t, 3, next.Now().Version())

	back, differing := o.opened(share("70", 2009, 2010), share("60", 2011, 2012))
	require.Empty(t, differing, "an older release starts as well")
	require.EqualValues(t, 50, percent(t, back, 2013))
}

func TestFilesThatMakeNoSenseStopTheStart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	unknown := share("70", 2009, 0)
	unknown.Key = "share.percent"
	for name, files := range map[string][]params.Row{
		"an unknown key": {unknown}, "150 percent": {share("150", 2009, 0)}, "two values on a day": {share("70", 2009, 0), share("60", 2011, 0)},
	} {
		_, _, err := o.open(files...)
		require.Error(t, err, name)
	}
	require.Zero(t, o.count("select count(*) from parameters"))
}

func TestARulebookFollowsAndReportsWhatFails(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	book, _ := o.opened(share("70", 2009, 0))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	failed := make(chan error, 1)
	var following sync.WaitGroup
	following.Go(func() { book.Follow(ctx, 20*time.Millisecond, func(err error) { failed <- err; cancel() }) })
	o.ministry(book, share("65", 2010, 0))
	require.Eventually(t, func() bool { return book.Now().Version() == 2 }, 10*time.Second, 10*time.Millisecond)
	require.EqualValues(t, 65, percent(t, book, 2010))
	o.db.Close()
	require.Error(t, <-failed)
	following.Wait()
	require.EqualValues(t, 65, percent(t, book, 2010), "the last rules stay in force")
}

// TestTheDatabaseKeepsWhatWasRecorded is the last line: the service's own role can't rewrite the past.
func TestTheDatabaseKeepsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	book, _ := o.opened(share("70", 2009, 2010), share("60", 2011, 0))
	o.ministry(book, share("65", 2010, 2010))
	for name, statement := range map[string]string{
		"another value":         `update parameters set value = '1' where superseded_version is null`,
		"a value while closing": `update parameters set value = '1', superseded_version = 9, superseded_at = now() where superseded_version is null`,
		"opened again":          `update parameters set superseded_version = null, superseded_at = null where superseded_version is not null`,
		"deleted":               `delete from parameters`,
		"two on a day": `insert into parameters (key, value, valid_from, legal_ref, source, version, recorded_at, client, actor)
			values ('share.state_percent', '1', '2015-01-01', 'x', 'x', 9, now(), 'x', 'x')`,
	} {
		require.Error(t, o.db.Update(context.Background(), "*", func(tx *database.Tx) error {
			_, err := tx.Exec(statement)
			return err
		}), name)
	}
	require.Equal(t, 4, o.count("select count(*) from parameters"))
}
