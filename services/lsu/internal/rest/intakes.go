package rest

import (
	"slices"
	"strings"

	"w2w/pkg/fault"
	"w2w/pkg/httpx"
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
