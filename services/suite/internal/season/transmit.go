package season

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"

	"w2w/services/suite/internal/portal"
)

const decreeScope = "applications:decree"

// Transmit lets every administration hand its decrees to INPS and returns how many there are. A decree that was
// handed over before is left as it is. progress may be nil.
func Transmit(ctx context.Context, book *portal.Book, progress func(done, total int)) (int, error) {
	var calls []func(ctx context.Context) error
	for _, administration := range book.Administrations(decreeScope) {
		director, err := book.For(administration, decreeScope)
		if err != nil {
			return 0, err
		}
		ids, err := decrees(ctx, director)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			calls = append(calls, func(ctx context.Context) error {
				return director.Do(ctx, portal.Call{Method: http.MethodPost, Path: api + "/decrees/" + id + "/transmissions", Key: "transmit-" + id})
			})
		}
	}
	return len(calls), all(ctx, calls, progress)
}

func decrees(ctx context.Context, director *portal.Client) (ids []string, err error) {
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
			Next string `json:"next_cursor"`
		}
		if err := director.Do(ctx, portal.Call{Method: http.MethodGet, Path: api + "/decrees?limit=200&cursor=" + cursor, Into: &page}); err != nil {
			return nil, err
		}
		for _, d := range page.Items {
			ids = append(ids, d.ID)
		}
		if cursor = page.Next; cursor == "" {
			return ids, nil
		}
	}
}

// all makes the calls, a few at a time.
func all(ctx context.Context, calls []func(ctx context.Context) error, progress func(done, total int)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	var mu sync.Mutex
	done := 0
	for _, call := range calls {
		group.Go(func() error {
			if err := call(ctx); err != nil || progress == nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			done++
			progress(done, len(calls))
			return nil
		})
	}
	return group.Wait()
}
