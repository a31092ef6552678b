package inps

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"w2w/pkg/period"
	"w2w/services/suite/internal/portal"
)

// record is what INPS reads of one worker of a decree.
type record struct {
	Application string `json:"application_id"`
	Row         int    `json:"row"`
	Hours       int64  `json:"granted_hours"`
	Cents       int64  `json:"granted_cents"`
	State       string `json:"state"`

	From period.Date `json:"period_from"`
	To   period.Date `json:"period_to"`
}

// file is one application of a decree with its records.
type file struct {
	id           string
	state        string
	hours, cents int64
	records      []record
}

// errTotals means that the records of a decree are not all there.
var errTotals = errors.New("the records do not add up to the totals of the decree")

// pull reads all records of a decree, application by application, and holds them against the decree's totals.
func (s *Simulator) pull(ctx context.Context, decree string) (date string, files []*file, err error) {
	var count, hours, cents int64
	for cursor := ""; ; {
		var page struct {
			Date  string   `json:"decree_date"`
			Count int64    `json:"count"`
			Hours int64    `json:"granted_hours"`
			Cents int64    `json:"granted_cents"`
			Items []record `json:"items"`
			Next  string   `json:"next_cursor"`
		}
		path := api + "/decrees/" + decree + "/records?limit=5000&cursor=" + url.QueryEscape(cursor)
		if err := s.client.Do(ctx, portal.Call{Method: http.MethodGet, Path: path, Into: &page}); err != nil {
			return "", nil, err
		}
		for _, r := range page.Items {
			count, hours, cents = count+1, hours+r.Hours, cents+r.Cents
			files = gather(files, r)
		}
		if cursor = page.Next; cursor != "" {
			continue
		}
		if count != page.Count || hours != page.Hours || cents != page.Cents {
			return "", nil, errTotals
		}
		return page.Date, files, nil
	}
}

// gather puts a record to those of its application, which follow one another.
func gather(files []*file, r record) []*file {
	if len(files) == 0 || files[len(files)-1].id != r.Application {
		files = append(files, &file{id: r.Application, state: r.State})
	}
	f := files[len(files)-1]
	f.hours, f.cents, f.records = f.hours+r.Hours, f.cents+r.Cents, append(f.records, r)
	return files
}
