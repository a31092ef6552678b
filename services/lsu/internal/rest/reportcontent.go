package rest

import (
	"w2w/pkg/httpx"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
)

// after are the members of a report that come once its content is fixed.
var after = []string{"content_sha256", "closed_on"}

// content is the report as it is frozen, in the form of RFC 8785, and its SHA-256.
func content(r domain.Report) (raw []byte, sha256 string, err error) {
	return httpx.Canonical(reportOut(r), func(content map[string]any) {
		for _, name := range after {
			delete(content, name)
		}
	})
}

func reportOut(r domain.Report) api.Report {
	return api.Report{Figures: lineOut(r.Line, r.View), ClosesOn: r.ClosesOn, AsuMonthlyCents: r.ASUCents, AsuLegalRef: r.ASULegal, ConventionLegalRef: r.LegalRef,
		Entities: httpx.Each(r.Entities, entityLineOut), MonthBefore: comparisonOut(r.Line, r.MonthBefore), YearBefore: comparisonOut(r.Line, r.YearBefore),
		Decline:     httpx.Each(r.Decline, func(p domain.Point) api.PoolPoint { return api.PoolPoint{Month: p.Month, AtEnd: int32(p.AtEnd)} }),
		Corrections: httpx.Each(r.Corrections, correctionOut)}
}

func lineOut(l domain.Line, v domain.View) api.ReportLine {
	out := api.ReportLine{Region: l.Region, Month: l.Month, View: api.ASCLOSED, AtStart: int32(l.AtStart), SuspendedAtEnd: int32(l.Suspended),
		ActiveAtEnd: int32(l.Active), AtEnd: int32(l.AtEnd), AtEndM: int32(l.Male), AtEndF: int32(l.Female), AsuDueCents: l.DueCents,
		YearDueCents: l.YearDueCents, FundsCents: l.FundsCents, ConventionResidualCents: l.ResidualCents, PaidCents: l.PaidCents, YearPaidCents: l.YearPaidCents,
		Exits: httpx.Each(l.Exits, causeOut), Ages: agesOut(l.Ages)}
	if v != domain.AsClosed {
		out.View, out.KnownOn = api.ASKNOWN, &v.KnownOn
	}
	return out
}

func causeOut(c domain.CauseCount) api.CauseCount {
	return api.CauseCount{Cause: c.Cause, Workers: int32(c.Workers)}
}

// agesOut says of each band its last age: the one before the next band begins.
func agesOut(bands []domain.BandCount) []api.AgeCount {
	out := make([]api.AgeCount, len(bands))
	for i, b := range bands {
		out[i] = api.AgeCount{FromAge: int32(b.From), Workers: int32(b.Workers)}
		if i+1 < len(bands) {
			last := int32(bands[i+1].From - 1)
			out[i].ToAge = &last
		}
	}
	return out
}

func entityLineOut(e domain.EntityLine) api.EntityLine {
	return api.EntityLine{EntityRef: e.EntityRef, Name: e.Name, Kind: e.Kind, AtStart: int32(e.AtStart), Exits: int32(e.Exits),
		TransferredIn: int32(e.TransferredIn), TransferredOut: int32(e.TransferredOut), SuspendedAtEnd: int32(e.Suspended),
		ActiveAtEnd: int32(e.Active), AtEnd: int32(e.AtEnd), AsuDueCents: e.DueCents}
}

// comparisonOut sets a month against one before it; nil when the pool has no such month.
func comparisonOut(l domain.Line, before *domain.Line) *api.Comparison {
	if before == nil {
		return nil
	}
	return &api.Comparison{Month: before.Month, AtEnd: int32(before.AtEnd), AtEndChange: int32(l.AtEnd - before.AtEnd), Exits: int32(before.Left()),
		AsuDueCents: before.DueCents, AsuDueChangeCents: l.DueCents - before.DueCents}
}

func correctionOut(c domain.Correction) api.Correction {
	return api.Correction{Region: c.Region, MonthOfReference: c.MonthOfReference, MonthReceived: c.MonthReceived, MovementRef: c.MovementRef,
		MonthLearned: c.MonthLearned, Event: api.MovementEvent(c.Event), EffectiveOn: c.EffectiveOn, ReceivedOn: c.ReceivedOn, EffectCents: c.EffectCents}
}
