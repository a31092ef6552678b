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

// upload reads a list of a kind, in the body or as a file, and takes it in. A caller who does not hold its scope is
// refused before the list is read.
func upload[A, T any](ctx context.Context, s *Server, kind domain.IntakeKind, items []A, convert func(A) T,
	intake func(tx *database.Tx, by auth.Identity, rows []domain.Row[T]) (store.JudgedIntake, error)) (api.JudgedIntake, error) {
	if _, err := auth.Require(ctx, kind.Scope()); err != nil {
		return api.JudgedIntake{}, err
	}
	rows, err := readRows(ctx, s.forms[kind], items, convert)
	if err != nil {
		return api.JudgedIntake{}, err
	}
	return httpx.Write(ctx, s.db, kind.Scope(), func(tx *database.Tx, by auth.Identity) (api.JudgedIntake, error) {
		x, err := intake(tx, by, rows)
		return judgedIntakeOut(x), err
	})
}

// UploadEntities adds host entities from a list.
func (s *Server) UploadEntities(ctx context.Context, r api.UploadEntitiesRequestObject) (api.UploadEntitiesResponseObject, error) {
	out, err := upload(ctx, s, domain.EntityList, httpx.Or(r.JSONBody).Items, entityIn,
		func(tx *database.Tx, by auth.Identity, rows []domain.Row[domain.Entity]) (store.JudgedIntake, error) {
			return s.desk.RegisterList(tx, by, s.places, rows)
		})
	if err != nil {
		return nil, err
	}
	return api.UploadEntities201JSONResponse{Body: out, Headers: api.UploadEntities201ResponseHeaders{Location: intakeAt(out)}}, nil
}

// UploadPool loads workers of the closed pool.
func (s *Server) UploadPool(ctx context.Context, r api.UploadPoolRequestObject) (api.UploadPoolResponseObject, error) {
	out, err := upload(ctx, s, domain.PoolList, httpx.Or(r.JSONBody).Items, workerIn, s.desk.EnterPool)
	if err != nil {
		return nil, err
	}
	return api.UploadPool201JSONResponse{Body: out, Headers: api.UploadPool201ResponseHeaders{Location: intakeAt(out)}}, nil
}

func workerIn(w api.NewWorker) domain.Worker {
	return domain.Worker{Ref: w.WorkerRef, Person: domain.Person{TaxCode: w.TaxCode, FamilyName: w.FamilyName, GivenName: w.GivenName},
		Gender: string(w.Gender), BirthDate: w.BirthDate, Region: w.Region, EntityRef: w.EntityRef, InPoolSince: w.InPoolSince,
		WeeklyHours: int(httpx.Or(w.WeeklyHours))}
}

// UploadMovements takes what happened to workers.
func (s *Server) UploadMovements(ctx context.Context, r api.UploadMovementsRequestObject) (api.UploadMovementsResponseObject, error) {
	out, err := upload(ctx, s, domain.MovementList, httpx.Or(r.JSONBody).Items, movementIn, s.desk.EnterMovements)
	if err != nil {
		return nil, err
	}
	return api.UploadMovements201JSONResponse{Body: out, Headers: api.UploadMovements201ResponseHeaders{Location: intakeAt(out)}}, nil
}

func movementIn(m api.NewMovement) domain.Sent[domain.Movement] {
	return domain.Sent[domain.Movement]{On: m.ReceivedOn, What: domain.Movement{Ref: m.MovementRef, WorkerRef: m.WorkerRef, Event: domain.Event(m.Event),
		EffectiveOn: m.EffectiveOn, Cause: httpx.Or(m.Cause), ToEntity: httpx.Or(m.ToEntity), WeeklyHours: int(httpx.Or(m.WeeklyHours))}}
}

// UploadPayments takes what INPS paid for closed months.
func (s *Server) UploadPayments(ctx context.Context, r api.UploadPaymentsRequestObject) (api.UploadPaymentsResponseObject, error) {
	out, err := upload(ctx, s, domain.PaymentList, httpx.Or(r.JSONBody).Items, paymentIn, s.desk.EnterPayments)
	if err != nil {
		return nil, err
	}
	return api.UploadPayments201JSONResponse{Body: out, Headers: api.UploadPayments201ResponseHeaders{Location: intakeAt(out)}}, nil
}

func paymentIn(p api.NewPayment) domain.Sent[domain.Payment] {
	return domain.Sent[domain.Payment]{On: p.ReportedOn, What: domain.Payment{Ref: p.PaymentRef, WorkerRef: httpx.Or(p.WorkerRef), TaxCode: httpx.Or(p.TaxCode),
		Month: p.Month, PaidCents: p.PaidCents, PaidOn: p.PaidOn}}
}
