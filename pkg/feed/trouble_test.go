package feed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
)

var errTrouble = errors.New("500")

// troubled is a feed over a bad road: pull after pull it fails, repeats everything from the start, turns the
// page around, or is so slow that the world goes on meanwhile.
type troubled struct {
	feed.Source
	pulls     int
	meanwhile func()
}

func (s *troubled) Pull(ctx context.Context, q feed.Query) (feed.Page, error) {
	s.pulls++
	if s.pulls%5 == 0 {
		return feed.Page{}, errTrouble
	}
	if s.pulls%5 == 1 {
		q.After = ""
	}
	page, err := s.Source.Pull(ctx, q)
	switch s.pulls % 5 {
	case 2:
		slices.Reverse(page.Items)
	case 3:
		s.meanwhile()
	case 4:
		page.Items = append(page.Items, page.Items...)
	}
	return page, err
}

// heldBack appends an event in a transaction that commits when the function it returns is called.
func heldBack(t *testing.T, db *database.DB, n int) (commit func()) {
	t.Helper()
	written, finish := make(chan struct{}), make(chan struct{})
	var late sync.WaitGroup
	late.Go(func() {
		err := db.Update(context.Background(), "03", func(tx *database.Tx) error {
			err := errors.Join(feed.Append(tx, event(n, "03")), tx.Flush())
			close(written)
			<-finish
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-written
	return sync.OnceFunc(func() {
		close(finish)
		late.Wait()
	})
}

// TestOutbox is row 40 of the catalogue: over a road that fails, is slow, repeats and reorders, with a
// transaction that commits late, and with a handler that fails at first, each event has its effect once.
func TestOutbox(t *testing.T) {
	t.Parallel()
	db := followed(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	commit := heldBack(t, db, 0)
	defer commit()
	want := []string{"0"}
	for n := range 10 {
		publish(t, db, n+1, "03")
		want = append(want, fmt.Sprint(n+1))
	}
	last, failures := 10, 0
	source := &troubled{Source: feed.NewReader(db, "/test").As("*")}
	source.meanwhile = func() {
		if last == 15 {
			commit()
			return
		}
		last++
		publish(t, db, last, "03")
		want = append(want, fmt.Sprint(last))
	}
	f := feed.NewFollower(db, following(source, func(tx *database.Tx, e feed.CloudEvent) error {
		if e.Subject == "7" && failures < 2 {
			failures++
			return fault.Wrap(errTrouble, fault.Unavailable) // it writes to something that is away
		}
		return write(tx, e)
	}))
	for step := 0; step < 60 || len(written(t, db)) < len(want); step++ {
		if _, err := f.Step(ctx, 20*time.Millisecond); err != nil {
			require.ErrorIs(t, err, errTrouble)
		}
		require.NoError(t, ctx.Err())
	}
	require.ElementsMatch(t, want, written(t, db))
	require.Len(t, want, 16)
	require.Equal(t, 2, failures)
}
