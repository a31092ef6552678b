package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/pkg/plafond"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// CreateConvention records the convention of a Region and year.
func (s *Server) CreateConvention(ctx context.Context, r api.CreateConventionRequestObject) (api.CreateConventionResponseObject, error) {
	b := r.Body
	out, err := httpx.Write(ctx, s.db, domain.ScopeAssign, func(tx *database.Tx, by auth.Identity) (api.Convention, error) {
		c, err := s.desk.CreateConvention(tx, by, store.NewConvention{Region: b.Region, Year: int(b.Year), FundsCents: b.FundsCents, LegalRef: b.LegalRef, SignedOn: b.SignedOn})
		return conventionOut(c), err
	})
	if err != nil {
		return nil, store.ConventionTaken(err)
	}
	location := Base + "/conventions/" + out.Id.String()
	return api.CreateConvention201JSONResponse{Body: out, Headers: api.CreateConvention201ResponseHeaders{Location: &location}}, nil
}

// SupplementConvention assigns more money to a convention.
func (s *Server) SupplementConvention(ctx context.Context, r api.SupplementConventionRequestObject) (api.SupplementConventionResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeAssign, func(tx *database.Tx, by auth.Identity) (api.Convention, error) {
		c, err := s.desk.Supplement(tx, by, r.ConventionId, actIn(*r.Body))
		return conventionOut(c), err
	})
	if err != nil {
		return nil, err
	}
	return api.SupplementConvention201JSONResponse(out), nil
}

// ReduceConvention takes back money of a convention.
func (s *Server) ReduceConvention(ctx context.Context, r api.ReduceConventionRequestObject) (api.ReduceConventionResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeAssign, func(tx *database.Tx, by auth.Identity) (api.Convention, error) {
		c, err := s.desk.Reduce(tx, by, r.ConventionId, actIn(*r.Body))
		return conventionOut(c), err
	})
	if err != nil {
		return nil, err
	}
	return api.ReduceConvention201JSONResponse(out), nil
}

func actIn(b api.ConventionAct) store.ConventionAct {
	return store.ConventionAct{Cents: b.Cents, Act: b.Act, EffectiveOn: b.EffectiveOn}
}

// ListConventions lists conventions with what is committed and left.
func (s *Server) ListConventions(ctx context.Context, r api.ListConventionsRequestObject) (api.ListConventionsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	p := r.Params
	found, next, err := s.desk.Conventions(ctx, by.Administration, store.ConventionFilter{Region: httpx.Or(p.Region), Year: int(httpx.Or(p.Year))}, page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListConventions200JSONResponse{Items: httpx.Each(found, conventionOut), NextCursor: next}, nil
}

// GetConvention reads one convention today or as of a past day.
func (s *Server) GetConvention(ctx context.Context, r api.GetConventionRequestObject) (api.GetConventionResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	c, err := s.desk.Convention(ctx, by.Administration, r.ConventionId, plafond.AsOf{EffectiveOn: r.Params.EffectiveOn, RecordedAt: r.Params.RecordedAt})
	if err != nil {
		return nil, err
	}
	return api.GetConvention200JSONResponse(conventionOut(c)), nil
}

// ListLedgerMovements pages through the ledger of one convention.
func (s *Server) ListLedgerMovements(ctx context.Context, r api.ListLedgerMovementsRequestObject) (api.ListLedgerMovementsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePlafonds)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.LedgerMovements(ctx, by, r.ConventionId, page.Of(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListLedgerMovements200JSONResponse{Items: httpx.Each(found.Items, ledgerMovementOut), NextCursor: found.NextCursor}, nil
}

func conventionOut(c store.Convention) api.Convention {
	b := c.Balance
	used, over := b.Used(c.ThresholdPercent)
	return api.Convention{Id: c.ID, Region: c.Region, Year: int32(c.Year), LegalRef: c.LegalRef, SignedOn: c.SignedOn, FundsCents: b.AssignedCents,
		CommittedCents: b.CommittedCents, ResidualCents: b.AvailableCents, UsedPercent: used, ThresholdPercent: c.ThresholdPercent, OverThreshold: over, CreatedAt: c.CreatedAt}
}

func ledgerMovementOut(m plafond.Movement) api.LedgerMovement {
	return api.LedgerMovement{Id: m.ID, Kind: api.LedgerMovementKind(m.Kind), Debit: m.Debit, Credit: m.Credit, Cents: m.Cents, StateCents: m.StateCents,
		RegionalCents: m.RegionalCents, Reference: m.Reference, Act: m.Act, EffectiveOn: m.EffectiveOn, RecordedAt: m.RecordedAt}
}
