package rest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"w2w/pkg/auth"
	"w2w/pkg/bulk"
	"w2w/pkg/database"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/services/concessions/internal/domain"
	"w2w/services/concessions/internal/rest/api"
	"w2w/services/concessions/internal/store"
)

// workerForm are the columns of a worker list in CSV: those of the schema NewWorker.
var workerForm = bulk.Form{
	Columns: []bulk.Column{
		{Name: "row", Kind: bulk.Number, Optional: true}, {Name: "tax_code"}, {Name: "family_name"}, {Name: "given_name"},
		{Name: "qualification"}, {Name: "contract"}, {Name: "weekly_hours", Kind: bulk.Number}, {Name: "hired_on"},
		{Name: "monthly_gross_pay_cents", Kind: bulk.Number}, {Name: "hours_requested", Kind: bulk.Number},
		{Name: "prior_hours_used", Kind: bulk.Number}, {Name: "did", Kind: bulk.Boolean},
	},
	Ignored: bulk.FailedColumns(),
	MaxRows: domain.MaxRows,
}

// entries reads the lines of an uploaded list; those that break the schema come with their reasons.
func (s *Server) entries(ctx context.Context, list *api.NewWorkerList) ([]domain.Entry, error) {
	if list != nil {
		return entriesIn(list.Items, "/items")
	}
	records, err := workerForm.Read(httpx.Body(ctx))
	if err != nil {
		return nil, err
	}
	out := make([]domain.Entry, len(records))
	for i, r := range records {
		out[i] = s.entry(r)
	}
	return out, nil
}

func (s *Server) entry(r bulk.Record) domain.Entry {
	e := domain.Entry{Row: rowNumber(r.Values["row"]), Line: r.Line, Values: r.Values}
	w, reasons := bulk.Into[api.NewWorker](workerForm, r, s.worker)
	if e.Reasons = reasons; w != nil {
		read := workerIn(*w)
		e.Worker = &read
	}
	return e
}

// rowNumber is the number that a line asks for, also when the rest of it can't be read; what is no number of
// a row asks for none.
func rowNumber(cell string) int {
	n, err := strconv.Atoi(cell)
	if err != nil || n < 1 || n > domain.MaxRows {
		return 0
	}
	return n
}

// ReplaceWorkers puts a list in the place of a draft's.
func (s *Server) ReplaceWorkers(ctx context.Context, r api.ReplaceWorkersRequestObject) (api.ReplaceWorkersResponseObject, error) {
	out, err := s.enter(ctx, r.ApplicationId, r.Params.IfMatch, r.JSONBody, true)
	if err != nil {
		return nil, err
	}
	return api.ReplaceWorkers200JSONResponse{Body: out, Headers: api.ReplaceWorkers200ResponseHeaders{ETag: new(httpx.ETag(out.Application.Version))}}, nil
}

// AddWorkers adds rows to the list of a draft, or puts them in the place of those with their numbers.
func (s *Server) AddWorkers(ctx context.Context, r api.AddWorkersRequestObject) (api.AddWorkersResponseObject, error) {
	out, err := s.enter(ctx, r.ApplicationId, r.Params.IfMatch, r.JSONBody, false)
	if err != nil {
		return nil, err
	}
	return api.AddWorkers201JSONResponse{Body: out, Headers: api.AddWorkers201ResponseHeaders{ETag: new(httpx.ETag(out.Application.Version))}}, nil
}

func (s *Server) enter(ctx context.Context, id api.ApplicationID, ifMatch string, list *api.NewWorkerList, replace bool) (out api.JudgedList, err error) {
	if _, err := auth.Require(ctx, domain.ScopeFile); err != nil {
		return out, err
	}
	lines, err := s.entries(ctx, list)
	if err != nil {
		return out, err
	}
	return httpx.Write(ctx, s.db, domain.ScopeFile, func(tx *database.Tx, by auth.Identity) (api.JudgedList, error) {
		a, judged, err := s.desk.Enter(tx, by, id, ifMatch, lines, replace)
		return api.JudgedList{Application: applicationOut(a), Rows: httpx.Each(judged.Workers, rowOut), Unread: httpx.Each(judged.Unread, unreadOut)}, err
	})
}

// RemoveWorker takes a row out of the list of a draft.
func (s *Server) RemoveWorker(ctx context.Context, r api.RemoveWorkerRequestObject) (api.RemoveWorkerResponseObject, error) {
	version, err := httpx.Write(ctx, s.db, domain.ScopeFile, func(tx *database.Tx, by auth.Identity) (int32, error) {
		a, err := s.desk.Remove(tx, by, r.ApplicationId, r.Params.IfMatch, int(r.Row))
		return int32(a.Version), err
	})
	if err != nil {
		return nil, err
	}
	return api.RemoveWorker204Response{Headers: api.RemoveWorker204ResponseHeaders{ETag: new(httpx.ETag(version))}}, nil
}

// CorrectApplication replaces the data of a draft.
func (s *Server) CorrectApplication(ctx context.Context, r api.CorrectApplicationRequestObject) (api.CorrectApplicationResponseObject, error) {
	f, err := correctionIn(*r.Body)
	if err != nil {
		return nil, err
	}
	out, err := httpx.Write(ctx, s.db, domain.ScopeFile, func(tx *database.Tx, by auth.Identity) (api.JudgedApplication, error) {
		j, err := s.desk.Correct(tx, by, r.ApplicationId, r.Params.IfMatch, f)
		return judgedOut(j), err
	})
	if err != nil {
		return nil, store.RefTaken(err)
	}
	return api.CorrectApplication200JSONResponse{Body: out, Headers: api.CorrectApplication200ResponseHeaders{ETag: new(httpx.ETag(out.Application.Version))}}, nil
}

func unreadOut(u domain.Unread) api.UnreadRow {
	return api.UnreadRow{Row: int32(u.Row), Line: int32(u.Line), Reasons: httpx.Each(u.Reasons, reasonOut)}
}

func reasonOut(f fault.Field) api.Code {
	return api.Code{Code: f.Code, Field: strings.TrimPrefix(f.Pointer, "/"), Text: textOut(f.Text)}
}

// ListFailedRows hands back the rows that failed, as JSON or as a CSV that can be corrected and sent again.
func (s *Server) ListFailedRows(ctx context.Context, r api.ListFailedRowsRequestObject) (api.ListFailedRowsResponseObject, error) {
	by, err := auth.Require(ctx, domain.ScopePeople)
	if err != nil {
		return nil, err
	}
	media, err := httpx.Negotiate(ctx, mediaJSON, bulk.MediaCSV, bulk.MediaXLSX)
	if err != nil {
		return nil, err
	}
	list, err := s.desk.Failed(ctx, by, r.ApplicationId)
	if err != nil {
		return nil, err
	}
	failed := append(httpx.Each(list.Workers, rejectedOut), httpx.Each(list.Unread, failedOut)...)
	slices.SortFunc(failed, func(a, b api.FailedRow) int { return cmp.Compare(a.Row, b.Row) })
	if media == mediaJSON {
		return api.ListFailedRows200JSONResponse{Items: failed}, nil
	}
	file, err := workerForm.Failed(media, httpx.Each(failed, failedIn))
	if err != nil {
		return nil, err
	}
	if media == bulk.MediaXLSX {
		return api.ListFailedRows200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{Body: file, ContentLength: int64(file.Len())}, nil
	}
	return api.ListFailedRows200TextcsvResponse{Body: file, ContentLength: int64(file.Len())}, nil
}

func failedOut(u domain.Unread) api.FailedRow {
	return api.FailedRow{Row: int32(u.Row), Reasons: httpx.Each(u.Reasons, reasonOut), Values: u.Values}
}

func rejectedOut(w domain.Worker) api.FailedRow {
	return api.FailedRow{Row: int32(w.Row), Reasons: httpx.Each(w.Codes, rowCodeOut), Values: map[string]string{
		"tax_code": w.TaxCode, "family_name": w.FamilyName, "given_name": w.GivenName, "qualification": w.Qualification, "contract": w.Contract,
		"weekly_hours": fmt.Sprint(w.WeeklyHours), "hired_on": w.HiredOn.String(), "monthly_gross_pay_cents": fmt.Sprint(w.MonthlyGrossPayCents),
		"hours_requested": fmt.Sprint(w.HoursRequested), "prior_hours_used": fmt.Sprint(w.PriorHoursUsed), "did": fmt.Sprint(w.DID)}}
}

// failedIn is a failed row as it goes into a file; its number makes the corrected line take its place.
func failedIn(r api.FailedRow) bulk.Failed {
	values := maps.Clone(r.Values)
	values["row"] = strconv.Itoa(int(r.Row))
	return bulk.Failed{Values: values, Reasons: httpx.Each(r.Reasons, func(c api.Code) fault.Field {
		return fault.Field{Pointer: "/" + c.Field, Code: c.Code, Text: fault.Text{IT: c.Text.It, EN: c.Text.En}}
	})}
}
