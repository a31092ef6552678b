package rest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
)

const defaultEvents = 100

// ListEvents serves the feed.
func (s *Server) ListEvents(ctx context.Context, r api.ListEventsRequestObject) (api.ListEventsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeEvents)
	if err != nil {
		return nil, err
	}
	q := feed.Query{After: httpx.Or(r.Params.After), Limit: int(httpx.Or(r.Params.Limit)), Wait: time.Duration(httpx.Or(r.Params.Wait)) * time.Second, Stop: httpx.Draining(ctx)}
	if q.Limit == 0 {
		q.Limit = defaultEvents
	}
	found, err := s.feed.Read(ctx, by.Administration, q)
	if err != nil {
		return nil, err
	}
	out := api.ListEvents200JSONResponse{Items: make([]api.Event, len(found.Items)), NextCursor: found.NextCursor}
	for i, e := range found.Items {
		if out.Items[i], err = eventOut(e); err != nil {
			return nil, fault.Wrap(err, fault.Internal)
		}
	}
	return out, nil
}

func eventOut(e feed.CloudEvent) (api.Event, error) {
	out := api.Event{Specversion: e.SpecVersion, Source: e.Source, Type: e.Type, Subject: e.Subject, Time: e.Time,
		Datacontenttype: &e.DataContentType, Administration: e.Administration}
	var err error
	if out.Id, err = uuid.Parse(e.ID); err != nil {
		return out, err
	}
	return out, json.Unmarshal(e.Data, &out.Data)
}
