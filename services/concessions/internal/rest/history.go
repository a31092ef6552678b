package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// SearchWorkerHistory tells what happened to a worker, as far as the caller may see.
func (s *Server) SearchWorkerHistory(ctx context.Context, r api.SearchWorkerHistoryRequestObject) (api.SearchWorkerHistoryResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	found, next, err := s.desk.WorkerHistory(ctx, by, searchIn(r.Body))
	if err != nil {
		return nil, err
	}
	return api.SearchWorkerHistory200JSONResponse{Items: httpx.Each(found, workerPastOut), NextCursor: next}, nil
}

// SearchEmployerHistory tells which applications an employer filed, as far as the caller may see.
func (s *Server) SearchEmployerHistory(ctx context.Context, r api.SearchEmployerHistoryRequestObject) (api.SearchEmployerHistoryResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, next, err := s.desk.EmployerHistory(ctx, by, searchIn(r.Body))
	if err != nil {
		return nil, err
	}
	return api.SearchEmployerHistory200JSONResponse{Items: httpx.Each(found, employerPastOut), NextCursor: next}, nil
}

func searchIn(b *api.HistorySearch) store.Search {
	return store.Search{TaxCode: b.TaxCode, Purpose: httpx.Or(b.Purpose), Page: page.Of(b.Limit, b.Cursor)}
}

func workerPastOut(x store.Past) api.WorkerHistoryRow {
	verdict := api.WorkerHistoryRowVerdictACCEPTED
	if len(x.Codes) > 0 {
		verdict = api.WorkerHistoryRowVerdictREJECTED
	}
	return api.WorkerHistoryRow{ApplicationId: x.ApplicationID, Administration: x.Administration, ApplicationRef: x.Ref, Row: int32(x.Row),
		EmployerTaxCode: x.EmployerTaxCode, EmployerName: x.EmployerName, Instrument: api.Instrument(x.Instrument), ConcessionType: api.ConcessionType(x.ConcessionType),
		PeriodFrom: x.Period.From, PeriodTo: x.Period.To, State: api.State(x.State), Verdict: verdict,
		Codes:        httpx.Each(x.Codes, func(c domain.RowCode) string { return string(c) }),
		DecreeNumber: httpx.Optional(x.DecreeNumber), DecreeDate: x.DecreeDate, HoursRequested: x.HoursRequested, EstimateCents: x.EstimateCents,
		PaidHours: x.PaidHours, PaidCents: x.PaidCents}
}

func employerPastOut(x store.Past) api.EmployerHistoryRow {
	return api.EmployerHistoryRow{ApplicationId: x.ApplicationID, Administration: x.Administration, ApplicationRef: x.Ref,
		Instrument: api.Instrument(x.Instrument), ConcessionType: api.ConcessionType(x.ConcessionType), PeriodFrom: x.Period.From, PeriodTo: x.Period.To,
		State: api.State(x.State), AcceptedWorkers: int32(x.Accepted), DecreeNumber: httpx.Optional(x.DecreeNumber), DecreeDate: x.DecreeDate,
		EstimateCents: x.EstimateCents, PaidHours: x.PaidHours, PaidCents: x.PaidCents}
}

// ListDecreeRecords gives INPS the records of a decree.
func (s *Server) ListDecreeRecords(ctx context.Context, r api.ListDecreeRecordsRequestObject) (api.ListDecreeRecordsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopeINPS)
	if err != nil {
		return nil, err
	}
	x, err := s.desk.Records(ctx, by, r.DecreeId, page.Of(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListDecreeRecords200JSONResponse{DecreeId: x.Decree.ID, Administration: &x.Decree.Administration, Number: x.Decree.Number, DecreeDate: x.Decree.Date,
		FinancingDecree: httpx.Optional(x.Decree.FinancingDecree), InterventionCode: httpx.Optional(x.Decree.InterventionCode), Count: x.Count, GrantedHours: x.Hours,
		GrantedCents: x.Cents, Items: httpx.Each(x.Items, recordOut), NextCursor: x.Next}, nil
}

func recordOut(x store.DecreeRecord) api.DecreeRecord {
	a, w := x.Application, x.Worker
	return api.DecreeRecord{ApplicationId: a.ID, ApplicationRef: a.Ref, Row: int32(w.Row), EmployerTaxCode: a.Employer.TaxCode, EmployerName: a.Employer.Name,
		InpsMatricola: a.Employer.INPSMatricola, AtecoSection: a.Employer.ATECOSection, Ccnl: httpx.Optional(a.Employer.CCNL), Province: a.Employer.Units[0].Province,
		Instrument: api.Instrument(a.Instrument), ConcessionType: api.ConcessionType(a.ConcessionType), PeriodFrom: a.Period.From, PeriodTo: a.Period.To,
		TaxCode: w.TaxCode, FamilyName: w.FamilyName, GivenName: w.GivenName, Qualification: w.Qualification, Contract: w.Contract, WeeklyHours: w.WeeklyHours,
		GrantedHours: w.HoursRequested, GrantedCents: w.EstimateCents, State: api.State(a.State)}
}
