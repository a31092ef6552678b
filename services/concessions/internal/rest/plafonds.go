package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/pkg/plafond"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// CommitApplication sets an estimate aside in the plafond.
func (s *Server) CommitApplication(ctx context.Context, r api.CommitApplicationRequestObject) (api.CommitApplicationResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeCommit)
	if err != nil {
		return nil, err
	}
	var c *plafond.Commitment
	fresh, err := httpx.OnceAtCommit(ctx, s.db, by.Administration, func(tx *database.Tx) (err error) {
		c, err = s.desk.Commit(tx, by, r.ApplicationId, store.Order{DecreeDate: r.Body.DecreeDate, Act: httpx.Or(r.Body.Act), Fund: httpx.Or(r.Body.Fund)})
		return err
	})
	if err != nil {
		return nil, err
	}
	if !fresh {
		before, err := s.desk.Commitment(ctx, by.Administration, r.ApplicationId)
		if err != nil {
			return nil, err
		}
		c = &before
	}
	return api.CommitApplication201JSONResponse{ApplicationId: r.ApplicationId, CommittedCents: c.CommittedCents, StateCents: c.StateCents,
		RegionalCents: c.RegionalCents, ResidualAfterCents: c.ResidualAfterCents}, nil
}

// AssignPlafond gives money to an administration's plafond.
func (s *Server) AssignPlafond(ctx context.Context, r api.AssignPlafondRequestObject) (api.AssignPlafondResponseObject, error) {
	b := r.Body
	out, err := httpx.Write(ctx, s.db, domain.ScopeAssign, func(tx *database.Tx, by auth.Identity) (api.Assignment, error) {
		id, err := s.desk.Assign(tx, by, plafond.Assignment{Cents: b.Cents, Act: b.Act, EffectiveOn: b.AssignedOn,
			Key: plafond.Key{Administration: b.Administration, Year: int(b.Year), Fund: httpx.Or(b.Fund), Family: string(b.Family)}})
		return api.Assignment{PlafondId: id, Cents: b.Cents}, err
	})
	if err != nil {
		return nil, err
	}
	return api.AssignPlafond201JSONResponse(out), nil
}

// WithdrawPlafond takes money back from an administration's plafond.
func (s *Server) WithdrawPlafond(ctx context.Context, r api.WithdrawPlafondRequestObject) (api.WithdrawPlafondResponseObject, error) {
	b := r.Body
	out, err := httpx.Write(ctx, s.db, domain.ScopeAssign, func(tx *database.Tx, by auth.Identity) (api.Assignment, error) {
		id, err := s.desk.Withdraw(tx, by, plafond.Assignment{Cents: b.Cents, Act: b.Act, EffectiveOn: b.WithdrawnOn,
			Key: plafond.Key{Administration: b.Administration, Year: int(b.Year), Fund: httpx.Or(b.Fund), Family: string(b.Family)}})
		return api.Assignment{PlafondId: id, Cents: b.Cents}, err
	})
	if err != nil {
		return nil, err
	}
	return api.WithdrawPlafond201JSONResponse(out), nil
}

// ListPlafonds reads balances today or as of a past day.
func (s *Server) ListPlafonds(ctx context.Context, r api.ListPlafondsRequestObject) (api.ListPlafondsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePlafonds)
	if err != nil {
		return nil, err
	}
	p := r.Params
	found, err := s.desk.Plafonds(ctx, by.Administration,
		plafond.Filter{Administration: httpx.Or(p.Administration), Year: int(httpx.Or(p.Year)), Fund: httpx.Or(p.Fund), Family: httpx.Or(p.Family)},
		plafond.AsOf{EffectiveOn: p.EffectiveOn, RecordedAt: p.RecordedAt})
	if err != nil {
		return nil, err
	}
	return api.ListPlafonds200JSONResponse{Items: httpx.Each(found, plafondOut)}, nil
}

// GetPlafond reads one plafond today or as of a past day.
func (s *Server) GetPlafond(ctx context.Context, r api.GetPlafondRequestObject) (api.GetPlafondResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePlafonds)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Plafond(ctx, by.Administration, r.PlafondId, plafond.AsOf{EffectiveOn: r.Params.EffectiveOn, RecordedAt: r.Params.RecordedAt})
	if err != nil {
		return nil, err
	}
	return api.GetPlafond200JSONResponse(plafondOut(found)), nil
}

// ListMovements pages through the ledger of one plafond.
func (s *Server) ListMovements(ctx context.Context, r api.ListMovementsRequestObject) (api.ListMovementsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePlafonds)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Movements(ctx, by.Administration, r.PlafondId, page.Of(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListMovements200JSONResponse{Items: httpx.Each(found.Items, movementOut), NextCursor: found.NextCursor}, nil
}

func plafondOut(p store.Plafond) api.Plafond {
	b := p.Balance
	return api.Plafond{Id: b.ID, Administration: b.Administration, Year: int32(b.Year), Fund: b.Fund, Family: b.Family,
		AssignedCents: b.AssignedCents, AvailableCents: b.AvailableCents, CommittedCents: b.CommittedCents, SpentCents: b.SpentCents,
		UsedPercent: p.UsedPercent, ThresholdPercent: p.ThresholdPercent, OverThreshold: p.OverThreshold, ExhaustedOn: p.ExhaustedOn,
		ProjectionMethod: plafond.ProjectionMethod}
}

func movementOut(m plafond.Movement) api.Movement {
	return api.Movement{Id: m.ID, Kind: api.MovementKind(m.Kind), Debit: m.Debit, Credit: m.Credit, Cents: m.Cents, StateCents: m.StateCents,
		RegionalCents: m.RegionalCents, Reference: m.Reference, Act: m.Act, EffectiveOn: m.EffectiveOn, RecordedAt: m.RecordedAt}
}
