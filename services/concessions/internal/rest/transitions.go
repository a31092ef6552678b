package rest

import (
	"cmp"
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
	event := domain.Event(r.Body.Event)
	out, err := httpx.WriteAs(ctx, s.db, event.Scopes(), func(tx *database.Tx, by auth.Identity) (api.Application, error) {
		act := domain.Act{Event: event, By: by, Reason: httpx.Or(r.Body.Reason), DocumentSHA256: httpx.Or(r.Body.DocumentSha256),
			Receiver: httpx.Or(r.Body.TransferTo), AnsweredOn: r.Body.AnsweredOn}
		a, err := s.desk.Move(tx, r.ApplicationId, r.Params.IfMatch, act, r.Body.ActedOn)
		return applicationOut(a), err
	})
	if err != nil {
		return nil, err
	}
	return api.CreateTransition201JSONResponse{Body: out, Headers: api.CreateTransition201ResponseHeaders{ETag: new(httpx.ETag(out.Version))}}, nil
}

// ListTransitions tells the history and what is allowed now.
func (s *Server) ListTransitions(ctx context.Context, r api.ListTransitionsRequestObject) (api.ListTransitionsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	a, steps, err := s.desk.History(ctx, by.Administration, r.ApplicationId)
	if err != nil {
		return nil, err
	}
	possible, err := s.desk.Possible(ctx, by, a, r.Params.ActedOn, httpx.Or(r.Params.Fund))
	if err != nil {
		return nil, err
	}
	return api.ListTransitions200JSONResponse{State: api.State(a.State), Items: httpx.Each(steps, stepOut),
		Allowed: httpx.Each(possible, allowedOut)}, nil
}

func stepOut(s store.Step) api.Transition {
	return api.Transition{From: s.From, Event: s.Event, To: s.To, Actor: s.Actor, ActedOn: s.ActedOn, RecordedAt: s.RecordedAt,
		Reason: httpx.Optional(s.Reason), DocumentSha256: httpx.Optional(s.DocumentSHA256)}
}

// operations carry out the events that are acts of their own; createTransition does the others.
var operations = map[domain.Event]string{
	domain.SendToTable: "createTableSession", domain.Reconvene: "createTableSession", domain.Grant: "recordOutcomes", domain.Postpone: "recordOutcomes",
	domain.Commit: "commitApplication", domain.Decree: "createDecree", domain.Send: "transmitDecree", domain.Resend: "transmitDecree",
	domain.Accept: "receiveReceipt", domain.Discard: "receiveReceipt", domain.Authorise: "receiveAuthorisation", domain.StartPayment: "receivePayments",
	domain.Close: "closeApplication", domain.Revoke: "revokeDecree", domain.Annul: "revokeDecree",
}

func allowedOut(p domain.Possible) api.AllowedEvent {
	return api.AllowedEvent{Event: string(p.Event), To: string(p.To), Scopes: p.Scopes, Guard: httpx.Optional(string(p.Guard)),
		Operation: cmp.Or(operations[p.Event], "createTransition"), Allowed: len(p.Missing) == 0, Missing: httpx.Each(p.Missing, missingOut)}
}

func missingOut(m domain.Missing) api.Missing {
	return api.Missing{Code: m.Code, Text: textOut(m.Text), MissingCents: httpx.Optional(m.Cents)}
}
