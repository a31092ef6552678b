package rest

import (
	"context"

	"w2w/pkg/httpx"
	"w2w/pkg/period"
	"w2w/services/lsu/internal/domain"
	"w2w/services/lsu/internal/rest/api"
)

// GetOverview shows a year: which months are missing, and whom to remind.
func (s *Server) GetOverview(ctx context.Context, r api.GetOverviewRequestObject) (api.GetOverviewResponseObject, error) {
	by, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	on := s.desk.Today()
	if r.Params.On != nil {
		on = *r.Params.On
	}
	o, err := s.desk.Overview(ctx, by.Administration, int(r.Year), on)
	if err != nil {
		return nil, err
	}
	return api.GetOverview200JSONResponse(s.overviewOut(o, on)), nil
}

func (s *Server) overviewOut(o domain.Overview, on period.Date) api.Overview {
	return api.Overview{Year: int32(o.Year), On: on, Expected: int32(o.Expected), Closed: int32(o.Closed), Missing: int32(o.Missing),
		Regions: httpx.Each(o.Regions, s.regionYearOut), Reminders: httpx.Each(o.Reminders, reminderOut)}
}

func (s *Server) regionYearOut(y domain.RegionYear) api.OverviewRegion {
	place, _ := s.places.Administration(y.Region)
	out := api.OverviewRegion{Region: y.Region, Name: place.Name, Closed: int32(y.Closed), Missing: int32(len(y.Missing)), YearDueCents: y.YearDueCents,
		FundsCents: y.FundsCents, ConventionResidualCents: y.FundsCents - y.YearDueCents,
		Months: httpx.Each(y.Months, func(m domain.OverviewMonth) api.OverviewMonth {
			return api.OverviewMonth{Month: m.Month, State: api.MonthState(m.State), ClosesOn: m.ClosesOn, Missing: m.DaysLate > 0, DaysLate: int32(m.DaysLate)}
		})}
	if y.LastClosed != nil {
		out.AtEnd = new(int32(y.LastClosed.AtEnd))
	}
	return out
}

func reminderOut(r domain.Reminder) api.Reminder {
	return api.Reminder{Region: r.Region, Months: r.Months, Act: api.ReminderAct(r.Act), Scope: r.Scope, Office: httpx.Optional(r.Office), Email: httpx.Optional(r.Email)}
}
