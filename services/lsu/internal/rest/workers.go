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

// ListWorkers lists workers of the pool by reference.
func (s *Server) ListWorkers(ctx context.Context, r api.ListWorkersRequestObject) (api.ListWorkersResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	p := r.Params
	f := store.MemberFilter{Region: httpx.Or(p.Region), EntityRef: httpx.Or(p.EntityRef), State: domain.State(httpx.Or(p.State)), Gender: string(httpx.Or(p.Gender))}
	found, next, err := s.desk.Members(ctx, by, f, httpx.Or(p.Purpose), page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListWorkers200JSONResponse{Items: httpx.Each(found, workerOut), NextCursor: next}, nil
}

// SearchWorkers finds a worker by tax code.
func (s *Server) SearchWorkers(ctx context.Context, r api.SearchWorkersRequestObject) (api.SearchWorkersResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.FindMember(ctx, by, r.Body.TaxCode, httpx.Or(r.Body.Purpose))
	if err != nil {
		return nil, err
	}
	return api.SearchWorkers200JSONResponse{Items: httpx.Each(found, workerOut)}, nil
}

// GetWorker shows the card of a worker.
func (s *Server) GetWorker(ctx context.Context, r api.GetWorkerRequestObject) (api.GetWorkerResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	c, err := s.desk.Card(ctx, by, r.WorkerId, httpx.Or(r.Params.Purpose))
	if err != nil {
		return nil, err
	}
	return api.GetWorker200JSONResponse{Worker: workerOut(c.Member), Movements: httpx.Each(c.Movements, movementOut), Months: httpx.Each(c.Months, cardMonthOut)}, nil
}

func workerOut(m store.Member) api.Worker {
	return api.Worker{Id: m.ID, WorkerRef: m.Ref, TaxCode: m.Person.TaxCode, FamilyName: m.Person.FamilyName, GivenName: m.Person.GivenName, Gender: api.Gender(m.Gender),
		BirthDate: m.BirthDate, Region: m.Region, EntityRef: m.Now.EntityRef, InPoolSince: m.InPoolSince, WeeklyHours: api.Hours(m.Now.WeeklyHours),
		State: api.WorkerState(m.Now.State), ExitedOn: httpx.Optional(m.Now.ExitedOn), ExitCause: httpx.Optional(m.Now.ExitCause)}
}

func cardMonthOut(c domain.CardMonth) api.CardMonth {
	return api.CardMonth{Month: c.Month, State: api.WorkerState(c.State), PaidDays: int32(c.PaidDays), DueCents: c.DueCents, DueAsClosedCents: c.DueAsClosedCents,
		PaidCents: c.PaidCents}
}
