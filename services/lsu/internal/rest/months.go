package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// ListMonths lists the months of the conventions.
func (s *Server) ListMonths(ctx context.Context, r api.ListMonthsRequestObject) (api.ListMonthsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	p := r.Params
	found, err := s.desk.Months(ctx, by.Administration, store.MonthFilter{Region: httpx.Or(p.Region), Year: int(httpx.Or(p.Year)), State: string(httpx.Or(p.State))})
	if err != nil {
		return nil, err
	}
	return api.ListMonths200JSONResponse{Items: httpx.Each(found, s.monthOut)}, nil
}

// GetMonth reads one month of a Region.
func (s *Server) GetMonth(ctx context.Context, r api.GetMonthRequestObject) (api.GetMonthResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.desk.Month(ctx, by.Administration, r.Region, r.Month)
	if err != nil {
		return nil, err
	}
	return api.GetMonth200JSONResponse{Body: s.monthOut(m), Headers: api.GetMonth200ResponseHeaders{ETag: new(httpx.ETag(m.Version))}}, nil
}

// CreateTransition moves a month; which role may do it stands in the table of transitions.
func (s *Server) CreateTransition(ctx context.Context, r api.CreateTransitionRequestObject) (api.CreateTransitionResponseObject, error) {
	w := store.MonthMove{Region: r.Region, Month: r.Month, Event: domain.MonthEvent(r.Body.Event), Reason: httpx.Or(r.Body.Reason),
		ActedOn: r.Body.ActedOn, IfMatch: r.Params.IfMatch, Content: content}
	out, err := httpx.WriteAs(ctx, s.db, w.Event.Scopes(), func(tx *database.Tx, by auth.Identity) (api.RegionMonth, error) {
		m, err := s.desk.MoveMonth(tx, by, w)
		return s.monthOut(m), err
	})
	if err != nil {
		return nil, err
	}
	return api.CreateTransition201JSONResponse{Body: out, Headers: api.CreateTransition201ResponseHeaders{ETag: new(httpx.ETag(out.Version))}}, nil
}

// ListTransitions tells the history of a month and what is allowed now.
func (s *Server) ListTransitions(ctx context.Context, r api.ListTransitionsRequestObject) (api.ListTransitionsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	m, steps, err := s.desk.MonthHistory(ctx, by, r.Region, r.Month)
	if err != nil {
		return nil, err
	}
	possible, err := s.desk.PossibleMoves(ctx, by, m, r.Params.ActedOn, content)
	if err != nil {
		return nil, err
	}
	return api.ListTransitions200JSONResponse{State: api.MonthState(m.State), Items: httpx.Each(steps, stepOut),
		Allowed: httpx.Each(possible, allowedOut)}, nil
}

func (s *Server) monthOut(m domain.Month) api.RegionMonth {
	return api.RegionMonth{Region: m.Region, Month: m.Month, State: api.MonthState(m.State), ClosesOn: m.ClosesOn, Overdue: m.Overdue(s.desk.Today()),
		Version: int32(m.Version), SubmittedOn: m.SubmittedOn, SubmittedBy: httpx.Optional(m.SubmittedBy), ClosedOn: m.ClosedOn,
		ClosedBy: httpx.Optional(m.ClosedBy), ContentSha256: httpx.Optional(m.SubmittedSHA256)}
}

func stepOut(s domain.MonthStep) api.Transition {
	return api.Transition{From: api.MonthState(s.From), Event: api.MonthEvent(s.Event), To: api.MonthState(s.To), Actor: s.Actor, ActedOn: s.ActedOn,
		RecordedAt: s.RecordedAt, Reason: httpx.Optional(s.Reason), ContentSha256: httpx.Optional(s.SHA256)}
}

func allowedOut(p domain.Possible) api.AllowedEvent {
	return api.AllowedEvent{Event: api.MonthEvent(p.Event), To: api.MonthState(p.To), Scopes: p.Scopes, Allowed: len(p.Missing) == 0,
		Missing: httpx.Each(p.Missing, func(m domain.Missing) api.Missing { return api.Missing{Code: m.Code, Text: textOut(m.Text)} })}
}
