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

func sessionOut(s store.Session) api.TableSession {
	x := sessionSummaryOut(s)
	return api.TableSession{Id: x.Id, Administration: x.Administration, Level: x.Level, HeldOn: x.HeldOn, Place: x.Place, Participants: x.Participants,
		Minutes: x.Minutes, ApplicationCount: x.ApplicationCount, Agenda: httpx.Each(s.Agenda, agendaOut)}
}

func sessionSummaryOut(s store.Session) api.TableSessionSummary {
	return api.TableSessionSummary{Id: s.ID, Administration: s.Administration, Level: s.Level, HeldOn: s.HeldOn, Place: s.Place, Minutes: httpx.Optional(s.Minutes),
		ApplicationCount: int32(s.Count), Participants: httpx.Each(s.Participants, func(p store.Participant) api.Participant {
			return api.Participant{Organisation: p.Organisation, People: int32(p.People)}
		})}
}

func agendaOut(i store.AgendaItem) api.AgendaItem {
	return api.AgendaItem{ApplicationId: i.ApplicationID, Outcome: httpx.Optional(api.AgendaItemOutcome(i.Outcome)),
		ActivePolicyMeasure: httpx.Optional(i.Measure), Reason: httpx.Optional(i.Reason)}
}

// CreateTableSession convenes a session with its agenda.
func (s *Server) CreateTableSession(ctx context.Context, r api.CreateTableSessionRequestObject) (api.CreateTableSessionResponseObject, error) {
	session := store.Session{Level: string(r.Body.Level), HeldOn: r.Body.HeldOn, Place: r.Body.Place,
		Participants: httpx.Each(r.Body.Participants, func(p api.Participant) store.Participant {
			return store.Participant{Organisation: p.Organisation, People: int(p.People)}
		})}
	out, err := httpx.Write(ctx, s.db, domain.ScopePreside, func(tx *database.Tx, by auth.Identity) (api.TableSession, error) {
		made, err := s.desk.Convene(tx, by, session, r.Body.ApplicationIds)
		return sessionOut(made), err
	})
	if err != nil {
		return nil, err
	}
	location := Base + "/table-sessions/" + out.Id.String()
	return api.CreateTableSession201JSONResponse{Body: out, Headers: api.CreateTableSession201ResponseHeaders{Location: &location}}, nil
}

// RecordOutcomes concludes applications of a session.
func (s *Server) RecordOutcomes(ctx context.Context, r api.RecordOutcomesRequestObject) (api.RecordOutcomesResponseObject, error) {
	outcomes := make([]store.AgendaItem, len(r.Body.Outcomes))
	for i, o := range r.Body.Outcomes {
		outcomes[i] = store.AgendaItem{ApplicationID: o.ApplicationId, Outcome: string(o.Outcome), Measure: httpx.Or(o.ActivePolicyMeasure), Reason: httpx.Or(o.Reason)}
	}
	out, err := httpx.Write(ctx, s.db, domain.ScopePreside, func(tx *database.Tx, by auth.Identity) (api.TableSession, error) {
		concluded, err := s.desk.Conclude(tx, by, r.SessionId, httpx.Or(r.Body.Minutes), outcomes)
		return sessionOut(concluded), err
	})
	if err != nil {
		return nil, err
	}
	return api.RecordOutcomes201JSONResponse(out), nil
}

// GetTableSession reads one session.
func (s *Server) GetTableSession(ctx context.Context, r api.GetTableSessionRequestObject) (api.GetTableSessionResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Session(ctx, by.Administration, r.SessionId)
	if err != nil {
		return nil, err
	}
	return api.GetTableSession200JSONResponse(sessionOut(found)), nil
}

// ListTableSessions lists sessions, newest first.
func (s *Server) ListTableSessions(ctx context.Context, r api.ListTableSessionsRequestObject) (api.ListTableSessionsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, next, err := s.desk.Sessions(ctx, by.Administration, page.Of(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListTableSessions200JSONResponse{Items: httpx.Each(found, sessionSummaryOut), NextCursor: next}, nil
}
