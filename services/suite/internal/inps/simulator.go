// Package inps plays INPS: it follows the feed, pulls the records of decrees, answers, authorises and pays, by the
// public API alone.
package inps

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"w2w/services/suite/internal/portal"
)

const (
	api         = "/concessions/v1"
	transmitted = "it.w2w.concessions.decree.transmitted.v1"
	longestWait = 8 // seconds
	retryAfter  = 2 * time.Second
)

// Scope is what a client must hold to be INPS.
const Scope = "inps:exchange"

type object = map[string]any

// Simulator is INPS as a client of the suite. What it does follows from the states of the records that it reads,
// and every write has a key made from what it is about, so that following the feed again from the start changes
// nothing.
type Simulator struct {
	client *portal.Client
	cursor string
	tell   func(Answer, error)
}

// Answer is what the simulator did about a decree.
type Answer struct {
	Decree       string
	Applications int // that it paid for
	Cents        int64
}

// New returns a simulator that starts at the beginning of the feed. tell, which may be nil, hears of each decree,
// and of each failure that is tried again.
func New(client *portal.Client, tell func(Answer, error)) *Simulator {
	if tell == nil {
		tell = func(Answer, error) {}
	}
	return &Simulator{client: client, tell: tell}
}

type event struct {
	Type    string `json:"type"`
	Subject string `json:"subject"`
	Data    struct {
		CorrelationID string `json:"correlation_id"`
	} `json:"data"`
}

// Follow answers what is transmitted until the context ends. A suite that does not answer is asked again after a
// pause.
func (s *Simulator) Follow(ctx context.Context) {
	for ctx.Err() == nil {
		_, err := s.Round(ctx, longestWait)
		if err == nil || ctx.Err() != nil {
			continue
		}
		s.tell(Answer{}, err)
		select {
		case <-ctx.Done():
		case <-time.After(retryAfter):
		}
	}
}

// Round takes one page of the feed, waiting for it so many seconds, and returns how many events it held. A decree
// whose answer the suite refuses is told and passed over: it may have been revoked meanwhile.
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
		done, err := s.answer(ctx, strings.TrimPrefix(e.Subject, "decree/"), e.Data.CorrelationID)
		if err != nil && !portal.IsFinal(err) {
			return 0, fmt.Errorf("%s: %w", e.Subject, err)
		}
		s.tell(done, err)
	}
	s.cursor = page.Next
	return len(page.Items), nil
}

func (s *Simulator) post(ctx context.Context, path, key string, body object) error {
	return s.client.Do(ctx, portal.Call{Method: http.MethodPost, Path: api + path, Key: key, Body: body})
}
