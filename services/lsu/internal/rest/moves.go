package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
)

// UploadMovements takes what happened to workers.
func (s *Server) UploadMovements(ctx context.Context, r api.UploadMovementsRequestObject) (api.UploadMovementsResponseObject, error) {
	if _, err := auth.Require(ctx, domain.ScopeUpload); err != nil {
		return nil, err
	}
	rows, err := readRows(ctx, s.forms[domain.MovementList], httpx.Or(r.JSONBody).Items, movementIn)
	if err != nil {
		return nil, err
	}
	out, err := httpx.Write(ctx, s.db, domain.ScopeUpload, func(tx *database.Tx, by auth.Identity) (api.JudgedIntake, error) {
		x, err := s.desk.EnterMovements(tx, by, rows)
		return judgedIntakeOut(x), err
	})
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
	if _, err := auth.Require(ctx, domain.ScopeINPS); err != nil {
		return nil, err
	}
	rows, err := readRows(ctx, s.forms[domain.PaymentList], httpx.Or(r.JSONBody).Items, paymentIn)
	if err != nil {
		return nil, err
	}
	out, err := httpx.Write(ctx, s.db, domain.ScopeINPS, func(tx *database.Tx, by auth.Identity) (api.JudgedIntake, error) {
		x, err := s.desk.EnterPayments(tx, by, rows)
		return judgedIntakeOut(x), err
	})
	if err != nil {
		return nil, err
	}
	return api.UploadPayments201JSONResponse{Body: out, Headers: api.UploadPayments201ResponseHeaders{Location: intakeAt(out)}}, nil
}

func paymentIn(p api.NewPayment) domain.Sent[domain.Payment] {
	return domain.Sent[domain.Payment]{On: p.ReportedOn, What: domain.Payment{Ref: p.PaymentRef, WorkerRef: httpx.Or(p.WorkerRef), TaxCode: httpx.Or(p.TaxCode),
		Month: p.Month, PaidCents: p.PaidCents, PaidOn: p.PaidOn}}
}
