package apitest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"w2w/pkg/auth"
	"w2w/pkg/feed"
)

// listener reads the feed from whichever replica is ready, each page where the last one ended.
type listener struct {
	crowd  *crowd
	event  string // the type that it keeps
	cursor string

	mu   sync.Mutex
	kept []string
}

// listen reads the feed until stop.
func (c *crowd) listen(event string) (l *listener, stop func()) {
	l = &listener{crowd: c, event: event}
	ctx, cancel := context.WithCancel(context.Background())
	var reading sync.WaitGroup
	reading.Go(func() {
		for n := int64(0); ctx.Err() == nil; n++ {
			l.page(ctx, n)
		}
	})
	return l, func() {
		cancel()
		reading.Wait()
	}
}

// page takes the next one; an answer that fails fails the test.
func (l *listener) page(ctx context.Context, n int64) {
	from := l.crowd.Ready(n)
	if from == nil {
		return
	}
	query := url.Values{"after": {l.cursor}, "wait": {"8"}}
	r := l.crowd.house.At("http://"+from.Public).As(auth.AllAdministrations, "reader").Request(http.MethodGet, "/events?"+query.Encode(), nil)
	res, err := http.DefaultClient.Do(r.WithContext(ctx))
	if ctx.Err() != nil {
		return
	}
	var page feed.Page
	if err == nil {
		defer res.Body.Close()
		err = json.NewDecoder(res.Body).Decode(&page)
	}
	if ctx.Err() == nil && (err != nil || res.StatusCode != http.StatusOK) {
		l.crowd.t.Errorf("the feed: %v %v", res, err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cursor = page.NextCursor
	for _, e := range page.Items {
		if e.Type == l.event {
			l.kept = append(l.kept, e.ID)
		}
	}
}

// ids are the events that came, in their order.
func (l *listener) ids() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.kept)
}
