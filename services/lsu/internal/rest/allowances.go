package rest

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"

	"w2w/pkg/bulk"
	"w2w/pkg/httpx"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// maxDifferences is how many rows the contract lets the list of differences have.
const maxDifferences = 1_000_000

// ListAllowances lists what is due and paid to each worker for a month.
func (s *Server) ListAllowances(ctx context.Context, r api.ListAllowancesRequestObject) (api.ListAllowancesResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	view, err := s.viewOf(r.Params.View, r.Params.KnownOn)
	if err != nil {
		return nil, err
	}
	found, err := s.desk.Allowances(ctx, by.Administration, store.AllowanceFilter{Region: r.Region, Month: r.Month, View: view, Different: httpx.Or(r.Params.Different)})
	if err != nil {
		return nil, err
	}
	return allowanceList(found), nil
}

// ListDifferences lists the workers and closed months of a year for which due and paid differ.
func (s *Server) ListDifferences(ctx context.Context, r api.ListDifferencesRequestObject) (api.ListDifferencesResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	f := store.DifferenceFilter{Year: int(r.Params.Year), Region: httpx.Or(r.Params.Region), Unreported: httpx.Or(r.Params.Unreported), Most: bulk.Most(ctx, maxDifferences)}
	found, err := s.desk.Differences(ctx, by.Administration, f)
	if err != nil {
		return nil, err
	}
	return allowanceList(found), nil
}

// allowanceList is an answer that is written row by row: a year of all Regions is long.
type allowanceList []domain.Allowance

// VisitListAllowancesResponse writes the list.
func (l allowanceList) VisitListAllowancesResponse(w http.ResponseWriter) error { return l.write(w) }

// VisitListDifferencesResponse writes the list.
func (l allowanceList) VisitListDifferencesResponse(w http.ResponseWriter) error { return l.write(w) }

func (l allowanceList) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(http.StatusOK)
	out := bufio.NewWriter(w)
	_, _ = out.WriteString(`{"items":[`) // an error of the writer is kept until the end
	for i := range l {
		row, err := json.Marshal(allowanceOut(&l[i]))
		if err != nil {
			return err
		}
		if i > 0 {
			_ = out.WriteByte(',')
		}
		if _, err := out.Write(row); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("]}\n")
	return out.Flush()
}

func allowanceOut(a *domain.Allowance) api.Allowance {
	return api.Allowance{Region: a.Region, Month: a.Month, WorkerId: a.WorkerID, WorkerRef: a.WorkerRef, PaidDays: int32(a.PaidDays), DueCents: a.DueCents,
		PaidCents: a.PaidCents, DifferenceCents: a.DifferenceCents()}
}
