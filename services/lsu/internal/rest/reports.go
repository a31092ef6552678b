package rest

import (
	"context"

	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

// GetReport reads the report of a Region's month, as data, as a table or as paper.
func (s *Server) GetReport(ctx context.Context, r api.GetReportRequestObject) (api.GetReportResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	view, err := s.viewOf(r.Params.View, r.Params.KnownOn)
	if err != nil {
		return nil, err
	}
	var sealed sealedReport
	if view == domain.AsClosed {
		frozen, err := s.desk.FrozenReport(ctx, by.Administration, r.Region, r.Month)
		if err != nil {
			return nil, err
		}
		sealed = sealedReport{frozen.Content, frozen.SHA256, &frozen.ClosedOn}
	} else {
		known, err := s.desk.KnownReport(ctx, by.Administration, r.Region, r.Month, view)
		if err != nil {
			return nil, err
		}
		if sealed.content, sealed.sha256, err = content(known); err != nil {
			return nil, err
		}
	}
	return s.answer(ctx, sealed)
}

// ListReports lists the figures of a year.
func (s *Server) ListReports(ctx context.Context, r api.ListReportsRequestObject) (api.ListReportsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	view, err := s.viewOf(r.Params.View, r.Params.KnownOn)
	if err != nil {
		return nil, err
	}
	lines, err := s.desk.Lines(ctx, by.Administration, store.LineFilter{Year: int(r.Params.Year), Region: httpx.Or(r.Params.Region)}, view)
	if err != nil {
		return nil, err
	}
	return api.ListReports200JSONResponse{Items: httpx.Each(lines, func(l domain.Line) api.ReportLine { return lineOut(l, view) })}, nil
}

// ListCorrections lists the movements that came after their month was closed.
func (s *Server) ListCorrections(ctx context.Context, r api.ListCorrectionsRequestObject) (api.ListCorrectionsResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	p := r.Params
	f := store.CorrectionFilter{Region: httpx.Or(p.Region), Reference: p.MonthOfReference, Learned: p.MonthLearned, YearOfEffect: int(httpx.Or(p.Year))}
	found, next, err := s.desk.Corrections(ctx, by.Administration, f, page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCorrections200JSONResponse{Items: httpx.Each(found, correctionOut), NextCursor: next}, nil
}
