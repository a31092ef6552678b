package rest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"w2w/pkg/bulk"
	"w2w/pkg/httpx"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
)

const mediaPDF = "application/pdf"

// sealedReport is a report whose content is fixed: every form of it is made from nothing else.
type sealedReport struct {
	content  []byte // in the form of RFC 8785, without what comes after
	sha256   string
	closedOn *period.Date
}

// whole adds to the content what comes after it.
func (r sealedReport) whole() ([]byte, error) {
	raw := bytes.TrimSuffix(bytes.Clone(r.content), []byte("}"))
	raw = fmt.Appendf(raw, `,"content_sha256":%q`, r.sha256)
	if r.closedOn != nil {
		raw = fmt.Appendf(raw, `,"closed_on":%q`, r.closedOn)
	}
	raw = append(raw, '}')
	err := (*jsontext.Value)(&raw).Canonicalize()
	return raw, err
}

// reportFile is a report in the form that the caller asked for.
type reportFile struct {
	media string
	name  string // empty for what is not kept as a file
	body  []byte
}

// VisitGetReportResponse writes the file.
func (f reportFile) VisitGetReportResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Content-Length", fmt.Sprint(len(f.body)))
	if f.name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	}
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(f.body)
	return err
}

// extensions are those of the forms that are kept as files.
var extensions = map[string]string{bulk.MediaCSV: "csv", bulk.MediaXLSX: "xlsx", mediaPDF: "pdf"}

// answer gives the report the form that the caller likes best.
func (s *Server) answer(ctx context.Context, sealed sealedReport) (out reportFile, err error) {
	if out.media, err = httpx.Negotiate(ctx, mediaJSON, bulk.MediaCSV, bulk.MediaXLSX, mediaPDF); err != nil {
		return out, err
	}
	whole, err := sealed.whole()
	if err != nil || out.media == mediaJSON {
		out.body = whole
		return out, err
	}
	var r api.Report
	if err := readReport(whole, &r); err != nil {
		return out, err
	}
	f := r.Figures
	out.name = strings.ToLower(fmt.Sprintf("lsu-%s-%s-%s.%s", f.Region, f.Month, f.View, extensions[out.media]))
	var file bytes.Buffer
	if out.media == mediaPDF {
		err = s.reportPaper(r).Write(&file)
	} else {
		err = s.exportReport(ctx, out.media, r, whole, &file)
	}
	out.body = file.Bytes()
	return out, err
}

// exportReport writes the table of a report and records that it was taken out, as of every list.
func (s *Server) exportReport(ctx context.Context, media string, r api.Report, whole []byte, to io.Writer) error {
	rows, err := reportTable(media, whole, to)
	if err != nil {
		return err
	}
	f := r.Figures
	query := url.Values{"view": {string(f.View)}}
	if f.KnownOn != nil {
		query.Set("known_on", f.KnownOn.String())
	}
	path := fmt.Sprintf("%s/regions/%s/months/%s/report", Base, f.Region, f.Month)
	return bulk.RecordIn(s.db, Base)(ctx, bulk.Export{Path: path, Query: query.Encode(), Media: media, Rows: rows})
}

// made is the day on which a report stands: that of the closing, or that up to which it knows.
func made(r api.Report) time.Time {
	if r.ClosedOn != nil {
		return r.ClosedOn.Time()
	}
	return httpx.Or(r.Figures.KnownOn).Time()
}

// viewOf is the view that a request asks for.
func (s *Server) viewOf(name *api.ViewName, knownOn *period.Date) (domain.View, error) {
	return s.desk.View(domain.ViewName(httpx.Or(name)), knownOn)
}
