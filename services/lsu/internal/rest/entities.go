package rest

import (
	"context"
	"net/url"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

func entityOut(e store.Entity) api.Entity {
	return api.Entity{EntityRef: e.Ref, Name: e.Name, Region: e.Region, Kind: e.Kind, Version: int32(e.Version), CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt}
}

func entityIn(e api.NewEntity) domain.Entity {
	return domain.Entity{Ref: e.EntityRef, Name: e.Name, Region: e.Region, Kind: e.Kind}
}

// CreateEntity adds a host entity to the registry.
func (s *Server) CreateEntity(ctx context.Context, r api.CreateEntityRequestObject) (api.CreateEntityResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeUpload, func(tx *database.Tx, by auth.Identity) (api.Entity, error) {
		if isTaxCode(r.Body.EntityRef) {
			return api.Entity{}, fault.New(fault.RuleViolated, misplacedText.IT, misplacedText.EN).At("/entity_ref", "tax_code", misplacedText.IT, misplacedText.EN)
		}
		e, err := s.desk.Register(tx, by, s.places, entityIn(*r.Body))
		return entityOut(e), err
	})
	if err != nil {
		return nil, store.EntityTaken(err)
	}
	location := Base + "/entities/" + url.PathEscape(out.EntityRef)
	return api.CreateEntity201JSONResponse{Body: out, Headers: api.CreateEntity201ResponseHeaders{Location: &location, ETag: new(httpx.ETag(out.Version))}}, nil
}

// CorrectEntity changes name and kind of a host entity.
func (s *Server) CorrectEntity(ctx context.Context, r api.CorrectEntityRequestObject) (api.CorrectEntityResponseObject, error) {
	corrected := domain.Entity{Ref: r.EntityRef, Name: r.Body.Name, Kind: r.Body.Kind}
	out, err := httpx.Write(ctx, s.db, domain.ScopeUpload, func(tx *database.Tx, by auth.Identity) (api.Entity, error) {
		e, err := s.desk.CorrectEntity(tx, by, r.Params.IfMatch, corrected)
		return entityOut(e), err
	})
	if err != nil {
		return nil, err
	}
	return api.CorrectEntity200JSONResponse{Body: out, Headers: api.CorrectEntity200ResponseHeaders{ETag: new(httpx.ETag(out.Version))}}, nil
}

// GetEntity reads one host entity.
func (s *Server) GetEntity(ctx context.Context, r api.GetEntityRequestObject) (api.GetEntityResponseObject, error) {
	if _, err := reader(ctx); err != nil {
		return nil, err
	}
	e, err := s.desk.Entity(ctx, r.EntityRef)
	if err != nil {
		return nil, err
	}
	return api.GetEntity200JSONResponse{Body: entityOut(e), Headers: api.GetEntity200ResponseHeaders{ETag: new(httpx.ETag(int32(e.Version)))}}, nil
}

// ListEntities lists the registry by reference.
func (s *Server) ListEntities(ctx context.Context, r api.ListEntitiesRequestObject) (api.ListEntitiesResponseObject, error) {
	if _, err := reader(ctx); err != nil {
		return nil, err
	}
	p := r.Params
	found, next, err := s.desk.Entities(ctx, httpx.Or(p.Region), httpx.Or(p.Kind), page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListEntities200JSONResponse{Items: httpx.Each(found, entityOut), NextCursor: next}, nil
}
