package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// RevokeDecree ends a decree's effects for its applications.
func (s *Server) RevokeDecree(ctx context.Context, r api.RevokeDecreeRequestObject) (api.RevokeDecreeResponseObject, error) {
	b := r.Body
	order := store.Revocation{Event: domain.Event(b.Kind), Act: b.Act, Reason: b.Reason, On: b.ActedOn, IDs: httpx.Or(b.ApplicationIds)}
	out, err := httpx.Write(ctx, s.db, domain.ScopeDecree, func(tx *database.Tx, by auth.Identity) (api.Revocation, error) {
		ids, released, err := s.desk.Revoke(tx, by, r.DecreeId, order)
		return api.Revocation{ApplicationIds: ids, ReleasedCents: released}, err
	})
	if err != nil {
		return nil, err
	}
	return api.RevokeDecree201JSONResponse(out), nil
}

// CloseApplication draws the final account and closes.
func (s *Server) CloseApplication(ctx context.Context, r api.CloseApplicationRequestObject) (api.CloseApplicationResponseObject, error) {
	closing := store.Closing{EffectsEnded: r.Body.EffectsEnded, Act: httpx.Or(r.Body.Act), On: r.Body.ClosedOn}
	out, err := httpx.Write(ctx, s.db, domain.ScopeDecree, func(tx *database.Tx, by auth.Identity) (api.ApplicationBalance, error) {
		if err := s.desk.Close(tx, by, r.ApplicationId, closing); err != nil {
			return api.ApplicationBalance{}, err
		}
		b, err := store.BalanceIn(tx, r.ApplicationId)
		return balanceOut(b), err
	})
	if err != nil {
		return nil, err
	}
	return api.CloseApplication201JSONResponse(out), nil
}

// GetBalance sets granted against paid.
func (s *Server) GetBalance(ctx context.Context, r api.GetBalanceRequestObject) (api.GetBalanceResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	b, err := s.desk.Balance(ctx, by.Administration, r.ApplicationId)
	if err != nil {
		return nil, err
	}
	return api.GetBalance200JSONResponse(balanceOut(b)), nil
}

// ExplainEstimate shows the arithmetic of a row.
func (s *Server) ExplainEstimate(ctx context.Context, r api.ExplainEstimateRequestObject) (api.ExplainEstimateResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	x, err := s.desk.Explain(ctx, by, r.ApplicationId, int(r.Params.Row))
	if err != nil {
		return nil, err
	}
	return api.ExplainEstimate200JSONResponse{SumCents: x.SumCents, ReductionPercent: x.ReductionPercent, ReductionFromHours: x.ReductionFromHours,
		ExactCents: x.ExactCents, RoundedCents: x.RoundedCents, Months: httpx.Each(x.Months, monthOut),
		Sources: httpx.Each(x.Sources, func(s domain.Source) api.Source { return api.Source{Key: s.Key, Value: s.Value, LegalRef: s.LegalRef} })}, nil
}

func monthOut(m domain.ExplainedMonth) api.ExplainedMonth {
	return api.ExplainedMonth{Month: m.Month, Weekdays: int32(m.Weekdays), MonthWeekdays: int32(m.MonthWeekdays), Hours: m.Hours,
		CapCents: m.CapCents, BenefitCents: m.BenefitCents, HourlyCents: m.HourlyCents, ProductCents: m.ProductCents}
}
