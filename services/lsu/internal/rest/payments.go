package rest

import (
	"context"

	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// ListPayments lists what INPS reported as paid.
func (s *Server) ListPayments(ctx context.Context, r api.ListPaymentsRequestObject) (api.ListPaymentsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	p := r.Params
	f := store.PaymentFilter{Region: httpx.Or(p.Region), Month: p.Month, WorkerRef: httpx.Or(p.WorkerRef)}
	found, next, err := s.desk.Payments(ctx, by.Administration, f, page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListPayments200JSONResponse{Items: httpx.Each(found, paymentOut), NextCursor: next}, nil
}

func paymentOut(p store.ReportedPayment) api.Payment {
	return api.Payment{Id: p.ID, PaymentRef: p.Ref, Region: p.Region, WorkerId: p.WorkerID, WorkerRef: p.WorkerRef, Month: p.Month, PaidCents: p.PaidCents,
		PaidOn: p.PaidOn, ReportedOn: p.ReportedOn, RecordedAt: p.RecordedAt}
}
