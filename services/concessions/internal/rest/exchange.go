package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// TransmitDecree hands a decree to INPS.
func (s *Server) TransmitDecree(ctx context.Context, r api.TransmitDecreeRequestObject) (api.TransmitDecreeResponseObject, error) {
	out, err := httpx.Write(ctx, s.db, domain.ScopeDecree, func(tx *database.Tx, by auth.Identity) (api.Transmission, error) {
		correlation, ids, err := s.desk.Transmit(tx, by, r.DecreeId)
		return api.Transmission{CorrelationId: correlation, ApplicationIds: ids}, err
	})
	if err != nil {
		return nil, err
	}
	return api.TransmitDecree201JSONResponse(out), nil
}

// ReceiveReceipt records INPS's answer.
func (s *Server) ReceiveReceipt(ctx context.Context, r api.ReceiveReceiptRequestObject) (api.ReceiveReceiptResponseObject, error) {
	b := r.Body
	receipt := store.Receipt{DecreeID: b.DecreeId, Correlation: b.CorrelationId, FileID: b.FileId, Level: string(b.Level),
		Outcome: string(httpx.Or(b.Outcome)), Code: httpx.Or(b.Code), Field: httpx.Or(b.Field), Records: httpx.Each(httpx.Or(b.Records), recordIn)}
	out, err := httpx.Write(ctx, s.db, domain.ScopeINPS, func(tx *database.Tx, by auth.Identity) (api.Moved, error) {
		ids, err := s.desk.Receive(tx, by, receipt)
		return api.Moved{ApplicationIds: ids}, err
	})
	if err != nil {
		return nil, store.ReceiptTaken(err)
	}
	return api.ReceiveReceipt201JSONResponse(out), nil
}

func recordIn(x api.ReceiptRecord) store.ReceiptRecord {
	return store.ReceiptRecord{ApplicationID: x.ApplicationId, Outcome: string(x.Outcome), Row: int(httpx.Or(x.Row)), Code: httpx.Or(x.Code), Field: httpx.Or(x.Field)}
}

func answerOut(x store.ReceiptRecord) api.ReceiptRecord {
	return api.ReceiptRecord{ApplicationId: x.ApplicationID, Outcome: api.ReceiptRecordOutcome(x.Outcome), Row: httpx.Optional(int32(x.Row)),
		Code: httpx.Optional(x.Code), Field: httpx.Optional(x.Field)}
}

func receiptOut(x store.StoredReceipt) api.Receipt {
	return api.Receipt{Id: x.ID, DecreeId: x.DecreeID, CorrelationId: x.Correlation, FileId: x.FileID, Level: x.Level, Outcome: api.ReceiptOutcome(x.Overall),
		Code: httpx.Optional(x.Code), Field: httpx.Optional(x.Field), Records: httpx.Each(x.Records, answerOut), ReceivedAt: x.ReceivedAt}
}

// ListReceipts lists what INPS answered to a decree.
func (s *Server) ListReceipts(ctx context.Context, r api.ListReceiptsRequestObject) (api.ListReceiptsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	found, next, err := s.desk.Receipts(ctx, by.Administration, r.DecreeId, page.Of(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListReceipts200JSONResponse{Items: httpx.Each(found, receiptOut), NextCursor: next}, nil
}

// ListPayments sets granted against paid, row by row.
func (s *Server) ListPayments(ctx context.Context, r api.ListPaymentsRequestObject) (api.ListPaymentsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.desk.PaidRows(ctx, by.Administration, r.ApplicationId)
	if err != nil {
		return nil, err
	}
	return api.ListPayments200JSONResponse{Items: httpx.Each(rows, paidOut)}, nil
}

func paidOut(x store.PaidRow) api.PaidRow {
	return api.PaidRow{Row: int32(x.Row), GrantedHours: x.GrantedHours, GrantedCents: x.GrantedCents, PaidHours: x.PaidHours, PaidCents: x.PaidCents,
		Months: httpx.Each(x.Months, func(m store.PaidMonth) api.PaidMonth {
			return api.PaidMonth{Month: m.Month, Hours: m.Hours, Cents: m.Cents, ReceiptNumber: m.ReceiptNumber}
		})}
}

// ReceiveAuthorisation records an authorisation of INPS.
func (s *Server) ReceiveAuthorisation(ctx context.Context, r api.ReceiveAuthorisationRequestObject) (api.ReceiveAuthorisationResponseObject, error) {
	x := store.Authorisation{ApplicationID: r.Body.ApplicationId, Number: r.Body.Number, On: r.Body.AuthorisedOn, Hours: r.Body.Hours, Cents: r.Body.Cents}
	out, err := httpx.Write(ctx, s.db, domain.ScopeINPS, func(tx *database.Tx, by auth.Identity) (api.Moved, error) {
		return api.Moved{ApplicationIds: []api.ApplicationID{x.ApplicationID}}, s.desk.Authorise(tx, by, x)
	})
	if err != nil {
		return nil, store.AuthorisationTaken(err)
	}
	return api.ReceiveAuthorisation201JSONResponse(out), nil
}

// ReceivePayments books a month's payments.
func (s *Server) ReceivePayments(ctx context.Context, r api.ReceivePaymentsRequestObject) (api.ReceivePaymentsResponseObject, error) {
	month, err := period.Parse(r.Body.Month + "-01")
	if err != nil {
		return nil, err
	}
	p := store.Payments{ApplicationID: r.Body.ApplicationId, Month: month, ReceiptNumber: r.Body.ReceiptNumber}
	for _, x := range r.Body.Rows {
		p.Rows, p.Hours, p.Cents = append(p.Rows, int(x.Row)), append(p.Hours, x.Hours), append(p.Cents, x.Cents)
	}
	out, err := httpx.Write(ctx, s.db, domain.ScopeINPS, func(tx *database.Tx, by auth.Identity) (api.ApplicationBalance, error) {
		if err := s.desk.Pay(tx, by, p); err != nil {
			return api.ApplicationBalance{}, err
		}
		b, err := store.BalanceIn(tx, p.ApplicationID)
		return balanceOut(b), err
	})
	if err != nil {
		return nil, err
	}
	return api.ReceivePayments201JSONResponse(out), nil
}

func balanceOut(b store.Balance) api.ApplicationBalance {
	return api.ApplicationBalance{ApplicationId: b.ID, State: api.State(b.State), GrantedHours: b.GrantedHours, GrantedCents: b.GrantedCents,
		PaidHours: b.PaidHours, PaidCents: b.PaidCents, UnusedCents: b.UnusedCents, ReleasedCents: b.ReleasedCents}
}
