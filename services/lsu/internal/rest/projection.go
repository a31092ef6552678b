package rest

import (
	"context"

	"w2w/pkg/httpx"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// GetProjection tells how the pool of a Region empties.
func (s *Server) GetProjection(ctx context.Context, r api.GetProjectionRequestObject) (api.GetProjectionResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.desk.Projection(ctx, by.Administration, r.Region, r.Params.KnownOn, int(httpx.Or(r.Params.UntilYear)))
	if err != nil {
		return nil, err
	}
	return api.GetProjection200JSONResponse(projectionOut(r.Region, p)), nil
}

func projectionOut(region string, p store.Projected) api.Projection {
	out := api.Projection{Region: region, KnownOn: p.KnownOn, FromMonth: p.From, ObservedMonths: int32(p.ObservedMonths),
		Rates: httpx.Each(p.Rates, rateOut), Errors: httpx.Each(p.Errors, projectionErrorOut), EmptyIn: httpx.Optional(int32(p.EmptyIn))}
	out.Method.It, out.Method.En = domain.ProjectionMethod.IT, domain.ProjectionMethod.EN
	out.Years = httpx.Each(p.Years, func(y domain.ProjectedYear) api.ProjectedYear {
		return api.ProjectedYear{Year: int32(y.Year), AtStart: int32(y.AtStart), Exits: httpx.Each(y.Exits, causeOut), AtEnd: int32(y.AtEnd),
			CostCents: y.CostCents, AsuMonthlyCents: y.ASUCents, FundsCents: httpx.Optional(p.Funds[y.Year])}
	})
	out.Entities = httpx.Each(p.Entities, func(e domain.ProjectedEntity) api.PlannedEntity {
		planned := api.PlannedEntity{EntityRef: e.EntityRef, Name: p.Names[e.EntityRef], AtStart: int32(e.AtStart), Years: make([]api.PlannedYear, len(e.AtEnd))}
		for i := range e.AtEnd {
			planned.Years[i] = api.PlannedYear{Year: int32(p.Years[i].Year), AtEnd: int32(e.AtEnd[i]), CostCents: e.CostCents[i]}
		}
		return planned
	})
	return out
}

func rateOut(r domain.Rate) api.ExitRate {
	return api.ExitRate{FromAge: int32(r.FromAge), Cause: r.Cause, Exits: int32(r.Exits), WorkerMonths: int32(r.WorkerMonths), MonthlyRatePpm: r.PPM()}
}

func projectionErrorOut(e domain.ProjectionError) api.MethodError {
	return api.MethodError{HorizonMonths: int32(e.HorizonMonths), Tests: int32(e.Tests), MeanErrorPpm: e.MeanPPM, MeanAbsoluteErrorPpm: e.MeanAbsolutePPM}
}
