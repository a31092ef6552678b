package period

import "time"

// Period is a span of days, first and last included.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// IsOrdered says whether the period does not end before it starts.
func (p Period) IsOrdered() bool { return p.From <= p.To }

// Weekdays counts Mondays to Fridays, holidays included.
func (p Period) Weekdays() int {
	if !p.IsOrdered() {
		return 0
	}
	return weekdaysBefore(p.To+1) - weekdaysBefore(p.From)
}

// Overlaps says whether the two periods share at least one day.
func (p Period) Overlaps(q Period) bool { return p.From <= q.To && q.From <= p.To }

// Contains says whether the day lies in the period.
func (p Period) Contains(d Date) bool { return p.From <= d && d <= p.To }

// MonthPart is the part of a period that lies in one calendar month.
type MonthPart struct {
	Year          int
	Month         time.Month
	Weekdays      int // weekdays of the period in this month
	MonthWeekdays int // weekdays of the whole month
}

// First is the first day of the month.
func (m MonthPart) First() Date { return Of(m.Year, m.Month, 1) }

// Months splits the period by calendar month, in order.
func (p Period) Months() []MonthPart {
	var out []MonthPart
	for first := firstOfMonth(p.From); first <= p.To; {
		next := nextMonth(first)
		whole := Period{first, next - 1}
		part := Period{max(first, p.From), min(next-1, p.To)}
		t := first.Time()
		out = append(out, MonthPart{t.Year(), t.Month(), part.Weekdays(), whole.Weekdays()})
		first = next
	}
	return out
}

func firstOfMonth(d Date) Date {
	t := d.Time()
	return Of(t.Year(), t.Month(), 1)
}

func nextMonth(first Date) Date {
	t := first.Time()
	return Of(t.Year(), t.Month()+1, 1)
}
