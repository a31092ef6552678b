package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/params"
	"w2w/pkg/params/register"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
)

// ListParameters lists dated values, in force or as they were known.
func (s *Server) ListParameters(ctx context.Context, r api.ListParametersRequestObject) (api.ListParametersResponseObject, error) {
	if _, err := reader(ctx); err != nil {
		return nil, err
	}
	p := r.Params
	found, err := s.desk.Rulebook().List(ctx, register.Filter{Key: httpx.Or(p.Key), Prefix: httpx.Or(p.Prefix), On: p.On, RecordedAt: p.RecordedAt})
	if err != nil {
		return nil, err
	}
	return api.ListParameters200JSONResponse{Items: httpx.Each(found, parameterOut)}, nil
}

// GetParameterHistory lists all that was recorded of one key.
func (s *Server) GetParameterHistory(ctx context.Context, r api.GetParameterHistoryRequestObject) (api.GetParameterHistoryResponseObject, error) {
	if _, err := reader(ctx); err != nil {
		return nil, err
	}
	found, err := s.desk.Rulebook().History(ctx, r.Key)
	if err != nil {
		return nil, err
	}
	return api.GetParameterHistory200JSONResponse{Items: httpx.Each(found, parameterOut)}, nil
}

// CreateParameter states a value from a day on.
func (s *Server) CreateParameter(ctx context.Context, r api.CreateParameterRequestObject) (api.CreateParameterResponseObject, error) {
	b := r.Body
	row := params.Row{Key: b.Key, Value: b.Value, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo, LegalRef: b.LegalRef, Source: b.Act}
	out, err := httpx.Write(ctx, s.db, domain.ScopeRules, func(tx *database.Tx, by auth.Identity) (api.Parameter, error) {
		p, err := s.desk.SetParameter(tx, by, row)
		return parameterOut(p), err
	})
	if err != nil {
		return nil, err
	}
	_ = s.desk.Rulebook().Refresh(ctx) // at once here; if the reading fails, within seconds as on the other replicas
	return api.CreateParameter201JSONResponse(out), nil
}

func parameterOut(p register.Parameter) api.Parameter {
	return api.Parameter{Key: p.Key, Value: p.Value, ValidFrom: p.ValidFrom, ValidTo: p.ValidTo, LegalRef: p.LegalRef,
		Source: p.Source, Version: p.Version, RecordedAt: p.RecordedAt, SupersededVersion: p.SupersededVersion, SupersededAt: p.SupersededAt}
}
