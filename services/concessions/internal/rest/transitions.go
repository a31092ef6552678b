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

// CreateTransition moves an application; which role may do it stands in the table of transitions.
func (s *Server) CreateTransition(ctx context.Context, r api.CreateTransitionRequestObject) (api.CreateTransitionResponseObject, error) {
	by := auth.From(ctx)
	act := domain.Act{Event: domain.Event(r.Body.Event), By: by, Reason: or(r.Body.Reason),
		DocumentSHA256: or(r.Body.DocumentSha256), Receiver: or(r.Body.TransferTo), AnsweredOn: r.Body.AnsweredOn}
	out, err := httpx.Once(ctx, s.db, by.Administration, func(tx *database.Tx) (api.Application, error) {
		a, err := s.desk.Move(tx, r.ApplicationId, r.Params.IfMatch, act, r.Body.ActedOn)
		return applicationOut(a), err
	})
	if err != nil {
		return nil, err
	}
	return api.CreateTransition201JSONResponse{Body: out, Headers: api.CreateTransition201ResponseHeaders{ETag: etag(out.Version)}}, nil
}

// ListTransitions tells the history and what is allowed now.
func (s *Server) ListTransitions(ctx context.Context, r api.ListTransitionsRequestObject) (api.ListTransitionsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	state, steps, err := s.desk.History(ctx, by.Administration, r.ApplicationId)
	if err != nil {
		return nil, err
	}
	return api.ListTransitions200JSONResponse{State: api.State(state), Items: each(steps, stepOut),
		Allowed: each(domain.Transitions().Allowed(state), allowedOut)}, nil
}

func stepOut(s store.Step) api.Transition {
	return api.Transition{From: s.From, Event: s.Event, To: s.To, Actor: s.Actor, ActedOn: s.ActedOn, RecordedAt: s.RecordedAt,
		Reason: optional(s.Reason), DocumentSha256: optional(s.DocumentSHA256)}
}

func allowedOut(r domain.Row) api.AllowedEvent {
	return api.AllowedEvent{Event: string(r.Event), To: string(r.To), Scopes: r.Scopes, Guard: optional(string(r.Guard))}
}
