package rest

import (
	"context"
	"slices"
	"strings"

	"w2w/pkg/auth"
	"w2w/pkg/bulk"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/pkg/page"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
	"w2w/services/lsu/internal/store"
)

func intakeOut(x store.Intake) api.Intake {
	return api.Intake{Id: x.ID, Kind: api.IntakeKind(x.Kind), Client: x.Client, Rows: int32(x.Rows), Accepted: int32(x.Accepted),
		Rejected: int32(x.Rejected), Unread: int32(x.Unread), CreatedAt: x.CreatedAt}
}

// judgedIntakeOut is the answer to an upload.
func judgedIntakeOut(x store.JudgedIntake) api.JudgedIntake {
	return api.JudgedIntake{Intake: intakeOut(x.Intake), Rows: httpx.Each(x.Rows, judgedOut)}
}

func judgedOut(j domain.Judged) api.JudgedRow {
	return api.JudgedRow{Row: int32(j.Row), Line: int32(j.Line), Reference: j.Reference, Verdict: api.Verdict(j.Verdict), Codes: whyOut(j.Codes, j.Reasons)}
}

// intakeAt is where an intake can be read.
func intakeAt(x api.JudgedIntake) *string { return new(Base + "/intakes/" + x.Intake.Id.String()) }

// whyOut says why a row failed: the rules that it breaks, or what could not be read.
func whyOut(codes []domain.Code, reasons []fault.Field) []api.Code {
	return slices.Concat(httpx.Each(codes, codeOut), httpx.Each(reasons, reasonOut))
}

func codeOut(c domain.Code) api.Code {
	r := c.Reason()
	return api.Code{Code: string(c), Field: r.Field, Text: textOut(r.Text)}
}

func reasonOut(f fault.Field) api.Code {
	return api.Code{Code: f.Code, Field: strings.TrimPrefix(f.Pointer, "/"), Text: textOut(f.Text)}
}

func textOut(t fault.Text) api.Text { return api.Text{It: t.IT, En: t.EN} }

// uploader returns a caller who uploads lists.
func uploader(ctx context.Context) (auth.Identity, error) {
	return auth.Require(ctx, domain.ScopeUpload, domain.ScopeINPS)
}

// ListIntakes lists what was uploaded, newest first.
func (s *Server) ListIntakes(ctx context.Context, r api.ListIntakesRequestObject) (api.ListIntakesResponseObject, error) {
	by, err := uploader(ctx)
	if err != nil {
		return nil, err
	}
	p := r.Params
	found, next, err := s.desk.Intakes(ctx, by.Administration, domain.IntakeKind(httpx.Or(p.Kind)), page.Of(p.Limit, p.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListIntakes200JSONResponse{Items: httpx.Each(found, intakeOut), NextCursor: next}, nil
}

// GetIntake reads one intake.
func (s *Server) GetIntake(ctx context.Context, r api.GetIntakeRequestObject) (api.GetIntakeResponseObject, error) {
	by, err := uploader(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.desk.Intake(ctx, by.Administration, r.IntakeId)
	if err != nil {
		return nil, err
	}
	return api.GetIntake200JSONResponse(intakeOut(x)), nil
}

// ListIntakeRows lists the verdict of each row of an intake.
func (s *Server) ListIntakeRows(ctx context.Context, r api.ListIntakeRowsRequestObject) (api.ListIntakeRowsResponseObject, error) {
	by, err := uploader(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.desk.IntakeRows(ctx, by.Administration, r.IntakeId)
	if err != nil {
		return nil, err
	}
	return api.ListIntakeRows200JSONResponse{Items: httpx.Each(rows, judgedOut)}, nil
}

// ListFailedRows hands back the rows that failed, as JSON or as a file that can be corrected and sent again.
func (s *Server) ListFailedRows(ctx context.Context, r api.ListFailedRowsRequestObject) (api.ListFailedRowsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	media, err := httpx.Negotiate(ctx, mediaJSON, bulk.MediaCSV, bulk.MediaXLSX)
	if err != nil {
		return nil, err
	}
	kind, failed, err := s.desk.FailedRows(ctx, by, r.IntakeId, httpx.Or(r.Params.Purpose))
	if err != nil {
		return nil, err
	}
	if media == mediaJSON {
		return api.ListFailedRows200JSONResponse{Items: httpx.Each(failed, failedOut)}, nil
	}
	file, err := s.forms[kind].Failed(media, httpx.Each(failed, failedIn))
	if err != nil {
		return nil, err
	}
	if media == bulk.MediaXLSX {
		return api.ListFailedRows200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: file, ContentLength: int64(file.Len())}, nil
	}
	return api.ListFailedRows200TextcsvResponse{Body: file, ContentLength: int64(file.Len())}, nil
}

func failedOut(f store.FailedRow) api.FailedRow {
	return api.FailedRow{Row: int32(f.Row), Reasons: whyOut(f.Codes, f.Reasons), Values: f.Sent}
}

// failedIn is a failed row as it goes into a file.
func failedIn(f store.FailedRow) bulk.Failed {
	why := httpx.Each(f.Codes, func(c domain.Code) fault.Field {
		r := c.Reason()
		return fault.Field{Pointer: "/" + r.Field, Code: string(c), Text: r.Text}
	})
	return bulk.Failed{Values: f.Sent, Reasons: append(why, f.Reasons...)}
}
