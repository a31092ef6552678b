package rest

import (
	"context"

	"w2w/pkg/auth"
	"w2w/pkg/database"
	"w2w/pkg/period"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// TransmitDecree hands a decree to INPS.
func (s *Server) TransmitDecree(ctx context.Context, r api.TransmitDecreeRequestObject) (api.TransmitDecreeResponseObject, error) {
	out, err := write(ctx, s, domain.ScopeDecree, func(tx *database.Tx, by auth.Identity) (api.Transmission, error) {
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
	receipt := store.Receipt{DecreeID: r.Body.DecreeId, FileID: r.Body.FileId, Level: string(r.Body.Level)}
	for _, x := range r.Body.Records {
		receipt.Records = append(receipt.Records, store.ReceiptRecord{ApplicationID: x.ApplicationId, Outcome: string(x.Outcome),
			Row: int(or(x.Row)), Code: or(x.Code), Field: or(x.Field)})
	}
	out, err := write(ctx, s, domain.ScopeINPS, func(tx *database.Tx, by auth.Identity) (api.Moved, error) {
		ids, err := s.desk.Receive(tx, by, receipt)
		return api.Moved{ApplicationIds: ids}, err
	})
	if err != nil {
		return nil, err
	}
	return api.ReceiveReceipt201JSONResponse(out), nil
}

// ReceiveAuthorisation records an authorisation of INPS.
func (s *Server) ReceiveAuthorisation(ctx context.Context, r api.ReceiveAuthorisationRequestObject) (api.ReceiveAuthorisationResponseObject, error) {
	x := store.Authorisation{ApplicationID: r.Body.ApplicationId, Number: r.Body.Number, On: r.Body.AuthorisedOn, Hours: r.Body.Hours, Cents: r.Body.Cents}
	out, err := write(ctx, s, domain.ScopeINPS, func(tx *database.Tx, by auth.Identity) (api.Moved, error) {
		return api.Moved{ApplicationIds: []api.ApplicationID{x.ApplicationID}}, s.desk.Authorise(tx, by, x)
	})
	if err != nil {
		return nil, err
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
	out, err := write(ctx, s, domain.ScopeINPS, func(tx *database.Tx, by auth.Identity) (api.ApplicationBalance, error) {
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
