package register_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"w2w/pkg/audit"
	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/feed"
	"w2w/pkg/italia"
	"w2w/pkg/params"
	"w2w/pkg/params/register"
	"w2w/pkg/period"
	"w2w/pkg/testkit"
)

// rules are what a service would make of its parameters.
type rules struct {
	set     params.Set
	version int64
}

var errCheck = errors.New("not a percent")

// checkShare takes percents of one key.
func checkShare(r params.Row) error {
	var n int64
	if r.Key != "share.state_percent" || json.Unmarshal(r.Value, &n) != nil || n < 0 || n > 100 {
		return errCheck
	}
	return nil
}

// office is a database with the books that work on it.
type office struct {
	t  *testing.T
	db *database.DB
}

var sets = []database.Set{feed.Migrations(), audit.Migrations(), register.Migrations()}

func newOffice(t *testing.T) office {
	t.Helper()
	return office{t, testkit.Database(t, "desk", sets...)}
}

// minister is who states values by acts.
var minister = auth.Identity{Client: "client-1", Actor: "actor-1", Administration: italia.Ministry}

type book = register.Book[rules]

func (o office) open(files ...params.Row) (*book, []params.Row, error) {
	o.t.Helper()
	return register.Open(context.Background(), o.db, register.Options[rules]{Service: "desk", Check: checkShare,
		Rules: func(set params.Set, version int64) rules { return rules{set, version} }}, files)
}

func (o office) opened(files ...params.Row) (*book, []params.Row) {
	o.t.Helper()
	b, differing, err := o.open(files...)
	require.NoError(o.t, err)
	return b, differing
}

func (o office) update(fn func(tx *database.Tx) error) error {
	return o.db.Update(context.Background(), italia.Ministry, fn)
}

// ministry states a value by an act.
func (o office) ministry(b *book, r params.Row) (p register.Parameter) {
	o.t.Helper()
	r.Source = "DM 7/2026"
	require.NoError(o.t, o.update(func(tx *database.Tx) (err error) {
		p, err = b.Set(tx, minister, r)
		return err
	}))
	return p
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

func percentBy(t *testing.T, r rules, year int) int64 {
	t.Helper()
	v, ok := r.set.Int("share.state_percent", period.Of(year, 6, 1))
	require.True(t, ok)
	return v
}

func percent(t *testing.T, b *book, year int) int64 {
	t.Helper()
	return percentBy(t, b.Now(), year)
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
	require.Equal(t, 2, o.count("select count(*) from outbox where type = 'it.w2w.desk.parameter.changed.v1'"), "by the Ministry, and the new one")
	require.EqualValues(t, 3, next.Now().version)

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

func TestABookFollowsAndReportsWhatFails(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, _ := o.opened(share("70", 2009, 0))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	failed := make(chan error, 1)
	var following sync.WaitGroup
	following.Go(func() { b.Follow(ctx, 20*time.Millisecond, func(err error) { failed <- err; cancel() }) })
	o.ministry(b, share("65", 2010, 0))
	require.Eventually(t, func() bool { return b.Now().version == 2 }, 10*time.Second, 10*time.Millisecond)
	require.EqualValues(t, 65, percent(t, b, 2010))
	o.db.Close()
	require.Error(t, <-failed)
	following.Wait()
	require.EqualValues(t, 65, percent(t, b, 2010), "the last rules stay in force")
}
