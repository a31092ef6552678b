package rest

import (
	"context"
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/feed"
	"w2w/pkg/httpx"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
)

// ListEvents serves the feed.
func (s *Server) ListEvents(ctx context.Context, r api.ListEventsRequestObject) (api.ListEventsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeEvents)
	if err != nil {
		return nil, err
	}
	p := r.Params
	found, err := s.feed.Read(ctx, by.Administration, feed.Query{After: httpx.Or(p.After), Limit: int(httpx.Or(p.Limit)),
		Wait: time.Duration(httpx.Or(p.Wait)) * time.Second, Stop: httpx.Draining(ctx)})
	return api.ListEvents200JSONResponse(found), err
}
