package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// ListMovements lists movements with their verdicts.
func (s *Server) ListMovements(ctx context.Context, r api.ListMovementsRequestObject) (api.ListMovementsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	p := r.Params
	f := store.MovementFilter{Region: httpx.Or(p.Region), WorkerRef: httpx.Or(p.WorkerRef), Event: domain.Event(httpx.Or(p.Event)), Verdict: domain.Verdict(httpx.Or(p.Verdict)),
		ReceivedFrom: p.ReceivedFrom, ReceivedTo: p.ReceivedTo, EffectiveFrom: p.EffectiveFrom, EffectiveTo: p.EffectiveTo}
	found, next, err := s.desk.Movements(ctx, by, f, httpx.Or(p.Purpose), page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListMovements200JSONResponse{Items: httpx.Each(found, movementOut), NextCursor: next}, nil
}

func movementOut(m store.JudgedMovement) api.Movement {
	return api.Movement{Id: m.ID, MovementRef: m.Ref, WorkerRef: m.WorkerRef, Region: m.Region, Event: api.MovementEvent(m.Event), EffectiveOn: m.EffectiveOn,
		ReceivedOn: m.ReceivedOn, Cause: httpx.Optional(m.Cause), ToEntity: httpx.Optional(m.ToEntity), WeeklyHours: httpx.Optional(api.Hours(m.WeeklyHours)),
		Verdict: api.Verdict(m.Verdict), Codes: httpx.Each(m.Codes, func(c domain.Code) string { return string(c) }), MonthLearned: m.Learned, Late: m.Late,
		RecordedAt: m.RecordedAt}
}
