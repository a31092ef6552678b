package season

import (
	"context"
	"net/http"

	"w2w/services/suite/internal/portal"
)

// Transmit lets each administration hand its decrees to INPS. A decree that was handed over before is
// left as it is.
func Transmit(ctx context.Context, book *portal.Book, administrations []string) error {
	for _, administration := range administrations {
		director, err := book.For(administration, "applications:decree")
		if err != nil {
			return err
		}
		for cursor := ""; ; {
			var page struct {
				Items []struct {
					ID string `json:"id"`
				} `json:"items"`
				Next string `json:"next_cursor"`
			}
			if err := director.Do(ctx, portal.Call{Method: http.MethodGet, Path: api + "/decrees?limit=200&cursor=" + cursor, Into: &page}); err != nil {
				return err
			}
			for _, d := range page.Items {
				err := director.Do(ctx, portal.Call{Method: http.MethodPost, Path: api + "/decrees/" + d.ID + "/transmissions", Key: "transmit-" + d.ID})
				if err != nil {
					return err
				}
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
	}
	return nil
}
