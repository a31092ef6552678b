package domain

import "w2w/pkg/period"

// OverviewMonth is a month of a Region as it stood on a day.
type OverviewMonth struct {
	Month    period.Month
	State    MonthState
	ClosesOn period.Date
	DaysLate int // since the closing date passed without the month being closed; 0 when it is not missing
}

// RegionYear is a Region's year as it stood on a day.
type RegionYear struct {
	Region        string
	Office, Email string // whom to remind
	FundsCents    int64
	YearDueCents  int64 // of the closed months
	LastClosed    *Line
	Months        []OverviewMonth
	Closed        int
	Missing       []OverviewMonth
}

// Add takes the next month of the Region, with its frozen figures when it is closed.
func (y *RegionYear) Add(m OverviewMonth, on period.Date, closed *Line) {
	switch {
	case m.State == Closed && closed != nil:
		y.Closed++
		y.YearDueCents += closed.DueCents
		y.LastClosed = closed
	case on > m.ClosesOn:
		m.DaysLate = on.DaysSince(m.ClosesOn)
		y.Missing = append(y.Missing, m)
	}
	y.Months = append(y.Months, m)
}

// Reminder says who has to do what for the first of the months that are missing.
type Reminder struct {
	Region        string
	Months        []period.Month
	Act           MonthEvent
	Scope         string // the role that can do it
	Office, Email string
}

// Overview is a year of all Regions as it stood on a day.
type Overview struct {
	Year      int
	Expected  int
	Closed    int
	Missing   int
	Regions   []RegionYear
	Reminders []Reminder
}

// NewOverview adds up the Regions and says whom to remind.
func NewOverview(year int, regions []RegionYear) Overview {
	o := Overview{Year: year, Regions: regions}
	for i := range regions {
		y := &regions[i]
		o.Expected += len(y.Months)
		o.Closed += y.Closed
		o.Missing += len(y.Missing)
		if len(y.Missing) > 0 {
			o.Reminders = append(o.Reminders, y.reminder())
		}
	}
	return o
}

// reminder asks for what the first missing month waits for: to be submitted, or to be closed.
func (y *RegionYear) reminder() Reminder {
	r := Reminder{Region: y.Region, Act: Submit, Office: y.Office, Email: y.Email}
	if y.Missing[0].State == Submitted {
		r.Act = Close
	}
	r.Scope = r.Act.Scopes()[0]
	for _, m := range y.Missing {
		r.Months = append(r.Months, m.Month)
	}
	return r
}
