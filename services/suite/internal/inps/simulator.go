// Package inps plays INPS: it follows the feed, answers decrees, authorises and pays, by the public API alone.
package inps

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"

	"w2w/pkg/period"
	"w2w/services/suite/internal/portal"
)

const (
	api         = "/concessions/v1"
	transmitted = "it.w2w.concessions.decree.transmitted.v1"
)

type object = map[string]any

// Simulator is INPS as a client of the suite. Every write has a key made from what it is about, so that
// following the feed again from the start changes nothing.
type Simulator struct {
	client *portal.Client
	cursor string
}

// New returns a simulator that starts at the beginning of the feed.
func New(client *portal.Client) *Simulator { return &Simulator{client: client} }

type event struct {
	Type    string `json:"type"`
	Subject string `json:"subject"`
	Data    struct {
		CorrelationID string `json:"correlation_id"`
	} `json:"data"`
}

// Follow answers what is transmitted until the context ends.
func (s *Simulator) Follow(ctx context.Context) error {
	for ctx.Err() == nil {
		if _, err := s.Round(ctx, 8); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// Round takes one page of the feed, waiting for it so many seconds, and returns how many events it held.
func (s *Simulator) Round(ctx context.Context, wait int) (int, error) {
	var page struct {
		Items []event `json:"items"`
		Next  string  `json:"next_cursor"`
	}
	path := fmt.Sprintf("%s/events?limit=500&wait=%d&after=%s", api, wait, url.QueryEscape(s.cursor))
	if err := s.client.Do(ctx, portal.Call{Method: http.MethodGet, Path: path, Into: &page}); err != nil {
		return 0, err
	}
	for _, e := range page.Items {
		if e.Type != transmitted {
			continue
		}
		if err := s.answer(ctx, strings.TrimPrefix(e.Subject, "decree/"), e.Data.CorrelationID); err != nil {
			return 0, fmt.Errorf("%s: %w", e.Subject, err)
		}
	}
	s.cursor = page.Next
	return len(page.Items), nil
}

type granted struct {
	ID    string `json:"application_id"`
	Hours int64  `json:"hours"`
	Cents int64  `json:"committed_cents"`
}

// answer accepts a decree as a whole, then authorises and pays each application.
func (s *Simulator) answer(ctx context.Context, decree, correlation string) error {
	var d struct {
		Date         string    `json:"decree_date"`
		Applications []granted `json:"applications"`
	}
	if err := s.client.Do(ctx, portal.Call{Method: http.MethodGet, Path: api + "/decrees/" + decree, Into: &d}); err != nil {
		return err
	}
	records := make([]object, len(d.Applications))
	for i, a := range d.Applications {
		records[i] = object{"application_id": a.ID, "outcome": "ACCOLTO"}
	}
	err := s.post(ctx, "/inps/receipts", "receipt-"+correlation, object{"decree_id": decree, "correlation_id": correlation, "file_id": correlation, "level": "RECORD", "records": records})
	if err != nil {
		return err
	}
	for _, a := range d.Applications {
		if err := s.authorise(ctx, a, d.Date); err != nil {
			return err
		}
		if err := s.pay(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (s *Simulator) post(ctx context.Context, path, key string, body object) error {
	return s.client.Do(ctx, portal.Call{Method: http.MethodPost, Path: api + path, Key: key, Body: body})
}

func (s *Simulator) authorise(ctx context.Context, a granted, on string) error {
	h := fnv.New64a()
	h.Write([]byte(a.ID))
	number := fmt.Sprintf("%012d", h.Sum64()%1_000_000_000_000)
	return s.post(ctx, "/inps/authorisations", "authorisation-"+a.ID,
		object{"application_id": a.ID, "number": number, "authorised_on": on, "hours": a.Hours, "cents": a.Cents})
}

type row struct {
	Row     int    `json:"row"`
	Verdict string `json:"verdict"`
	Hours   int64  `json:"hours_requested"`
	Cents   int64  `json:"estimate_cents"`
}

// pay spreads what was granted to each worker evenly over the months of the application's period.
func (s *Simulator) pay(ctx context.Context, a granted) error {
	var list struct {
		Items []row `json:"items"`
	}
	if err := s.client.Do(ctx, portal.Call{Method: http.MethodGet, Path: api + "/applications/" + a.ID + "/workers", Into: &list}); err != nil {
		return err
	}
	months, err := s.months(ctx, a)
	if err != nil {
		return err
	}
	for m, month := range months {
		rows := []object{}
		for _, r := range list.Items {
			if r.Verdict == "ACCEPTED" {
				rows = append(rows, object{"row": r.Row, "hours": part(r.Hours, m, len(months)), "cents": part(r.Cents, m, len(months))})
			}
		}
		err := s.post(ctx, "/inps/payments", "payment-"+a.ID+"-"+month, object{"application_id": a.ID, "month": month, "receipt_number": "SR41-" + month, "rows": rows})
		if err != nil {
			return err
		}
	}
	return nil
}

// months are those of the application's period.
func (s *Simulator) months(ctx context.Context, a granted) (out []string, err error) {
	var asked struct {
		From period.Date `json:"period_from"`
		To   period.Date `json:"period_to"`
	}
	err = s.client.Do(ctx, portal.Call{Method: http.MethodGet, Path: api + "/applications/" + a.ID, Into: &asked})
	for _, m := range (period.Period{From: asked.From, To: asked.To}).Months() {
		out = append(out, m.First().Time().Format("2006-01"))
	}
	return out, err
}

// part is the m-th of n equal parts of a whole; the parts add up to it.
func part(whole int64, m, n int) int64 { return whole*int64(m+1)/int64(n) - whole*int64(m)/int64(n) }
