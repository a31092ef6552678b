package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

func registeredOut(e store.Employer) api.RegisteredEmployer {
	return api.RegisteredEmployer{Id: e.ID, Employer: employerOut(e.Employer), Version: int32(e.Version), CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt}
}

// CreateEmployer adds an employer to the national registry.
func (s *Server) CreateEmployer(ctx context.Context, r api.CreateEmployerRequestObject) (api.CreateEmployerResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeFile, func(tx *database.Tx, by auth.Identity) (api.RegisteredEmployer, error) {
		e, err := s.desk.Register(tx, by, employerIn(*r.Body))
		return registeredOut(e), err
	})
	if err != nil {
		return nil, store.EmployerTaken(err)
	}
	location := Base + "/employers/" + out.Id.String()
	return api.CreateEmployer201JSONResponse{Body: out, Headers: api.CreateEmployer201ResponseHeaders{Location: &location, ETag: new(httpx.ETag(out.Version))}}, nil
}

// UpdateEmployer changes an employer of the registry.
func (s *Server) UpdateEmployer(ctx context.Context, r api.UpdateEmployerRequestObject) (api.UpdateEmployerResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeFile, func(tx *database.Tx, by auth.Identity) (api.RegisteredEmployer, error) {
		e, err := s.desk.UpdateEmployer(tx, by, r.EmployerId, r.Params.IfMatch, employerIn(*r.Body))
		return registeredOut(e), err
	})
	if err != nil {
		return nil, err
	}
	return api.UpdateEmployer200JSONResponse{Body: out, Headers: api.UpdateEmployer200ResponseHeaders{ETag: new(httpx.ETag(out.Version))}}, nil
}

// GetEmployer reads one employer.
func (s *Server) GetEmployer(ctx context.Context, r api.GetEmployerRequestObject) (api.GetEmployerResponseObject, error) {
	if _, err := reader(ctx); err != nil {
		return nil, err
	}
	e, err := s.desk.Employer(ctx, r.EmployerId)
	if err != nil {
		return nil, err
	}
	return api.GetEmployer200JSONResponse{Body: registeredOut(e), Headers: api.GetEmployer200ResponseHeaders{ETag: new(httpx.ETag(e.Version))}}, nil
}

// ListEmployers lists the registry by filter, newest first.
func (s *Server) ListEmployers(ctx context.Context, r api.ListEmployersRequestObject) (api.ListEmployersResponseObject, error) {
	if _, err := reader(ctx); err != nil {
		return nil, err
	}
	p := r.Params
	filter := store.EmployerFilter{CompanyType: string(httpx.Or(p.CompanyType)), ATECOSection: httpx.Or(p.AtecoSection), Province: httpx.Or(p.Province)}
	found, next, err := s.desk.Employers(ctx, filter, page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListEmployers200JSONResponse{Items: httpx.Each(found, registeredOut), NextCursor: next}, nil
}

// SearchEmployers finds employers by the codes that do not belong in a URL.
func (s *Server) SearchEmployers(ctx context.Context, r api.SearchEmployersRequestObject) (api.SearchEmployersResponseObject, error) {
	if _, err := reader(ctx); err != nil {
		return nil, err
	}
	filter := store.EmployerFilter{TaxCode: httpx.Or(r.Body.TaxCode), INPSMatricola: httpx.Or(r.Body.InpsMatricola)}
	if filter == (store.EmployerFilter{}) {
		return nil, fault.New(fault.RuleViolated, "Serve il codice fiscale o la matricola INPS.", "The tax code or the INPS number is needed.").
			At("/tax_code", "one-of", "indicare almeno un codice", "give at least one code")
	}
	found, _, err := s.desk.Employers(ctx, filter, page.Page{Limit: 200})
	if err != nil {
		return nil, err
	}
	return api.SearchEmployers200JSONResponse{Items: httpx.Each(found, registeredOut)}, nil
}
