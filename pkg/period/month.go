package period

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

const monthLayout = "2006-01"

var errNoMonth = errors.New("a month is written YYYY-MM")

// Month is a calendar month, counted from January of the year 0.
type Month int32

// MonthOf returns the month in which a day lies.
func MonthOf(d Date) Month {
	t := d.Time()
	return YearMonth(t.Year(), t.Month())
}

// YearMonth returns the month of a year.
func YearMonth(year int, month time.Month) Month { return Month(year*12 + int(month) - 1) }

// ParseMonth reads YYYY-MM; the error never repeats what was written.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse(monthLayout, s)
	if err != nil {
		return 0, errNoMonth
	}
	return YearMonth(t.Year(), t.Month()), nil
}

// Year is the calendar year of the month.
func (m Month) Year() int { return int(m) / 12 }

// Month is the month in its year.
func (m Month) Month() time.Month { return time.Month(int(m)%12 + 1) }

// First is the first day of the month.
func (m Month) First() Date { return Of(m.Year(), m.Month(), 1) }

// Last is the last day of the month.
func (m Month) Last() Date { return (m + 1).First() - 1 }

// Days is how many days the month has.
func (m Month) Days() int { return int((m + 1).First() - m.First()) }

// String is the month as YYYY-MM.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year(), int(m.Month())) }

// MarshalText writes YYYY-MM.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads YYYY-MM.
func (m *Month) UnmarshalText(b []byte) error {
	v, err := ParseMonth(string(b))
	if err == nil {
		*m = v
	}
	return err
}

// Bind reads a parameter of a path or a query, for the generated servers.
func (m *Month) Bind(src string) error { return m.UnmarshalText([]byte(src)) }

// Value stores the month as the SQL date of its first day.
func (m Month) Value() (driver.Value, error) { return m.First().Time(), nil }

// Scan reads the month of an SQL date.
func (m *Month) Scan(src any) error {
	var d Date
	err := d.Scan(src)
	if err == nil {
		*m = MonthOf(d)
	}
	return err
}
