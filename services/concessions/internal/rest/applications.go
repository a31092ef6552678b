package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

func judgedOut(j store.Judged) api.JudgedApplication {
	return api.JudgedApplication{Application: applicationOut(j.Application), Rows: httpx.Each(j.Rows, rowOut)}
}

// CreateApplication stores an application with its workers.
func (s *Server) CreateApplication(ctx context.Context, r api.CreateApplicationRequestObject) (api.CreateApplicationResponseObject, error) {
	filing, err := filingIn(*r.Body)
	if err != nil {
		return nil, err
	}
	out, err := httpx.Write(ctx, s.db, domain.ScopeFile, func(tx *database.Tx, by auth.Identity) (api.JudgedApplication, error) {
		j, err := s.desk.Create(tx, by, filing)
		return judgedOut(j), err
	})
	if err != nil {
		return nil, store.RefTaken(err)
	}
	location := Base + "/applications/" + out.Application.Id.String()
	return api.CreateApplication201JSONResponse{Body: out,
		Headers: api.CreateApplication201ResponseHeaders{Location: &location, ETag: new(httpx.ETag(out.Application.Version))}}, nil
}

// GetApplication reads one application.
func (s *Server) GetApplication(ctx context.Context, r api.GetApplicationRequestObject) (api.GetApplicationResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.desk.Application(ctx, by.Administration, r.ApplicationId)
	if err != nil {
		return nil, err
	}
	out := applicationOut(a)
	return api.GetApplication200JSONResponse{Body: out, Headers: api.GetApplication200ResponseHeaders{ETag: new(httpx.ETag(out.Version))}}, nil
}

// ListApplications lists by filter, newest first.
func (s *Server) ListApplications(ctx context.Context, r api.ListApplicationsRequestObject) (api.ListApplicationsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	p := r.Params
	filter := store.ApplicationFilter{State: string(httpx.Or(p.State)), Instrument: string(httpx.Or(p.Instrument)), Ref: httpx.Or(p.ApplicationRef), FiledFrom: p.FiledFrom, FiledTo: p.FiledTo}
	found, next, err := s.desk.Applications(ctx, by.Administration, filter, page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListApplications200JSONResponse{Items: httpx.Each(found, applicationOut), NextCursor: next}, nil
}

// ListWorkers reads the list of one application; the look is recorded.
func (s *Server) ListWorkers(ctx context.Context, r api.ListWorkersRequestObject) (api.ListWorkersResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	rows, err := s.desk.Workers(ctx, by, r.ApplicationId)
	if err != nil {
		return nil, err
	}
	return api.ListWorkers200JSONResponse{Items: httpx.Each(rows, workerOut)}, nil
}

// ExamineApplication judges an application.
func (s *Server) ExamineApplication(ctx context.Context, r api.ExamineApplicationRequestObject) (api.ExamineApplicationResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeExamine, func(tx *database.Tx, by auth.Identity) (api.JudgedApplication, error) {
		j, err := s.desk.Examine(tx, by, r.ApplicationId, r.Body.ActedOn)
		return judgedOut(j), err
	})
	if err != nil {
		return nil, err
	}
	return api.ExamineApplication201JSONResponse(out), nil
}
