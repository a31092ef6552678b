// Package period counts days: calendar dates without a zone, and spans of them with both ends included.
package period

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

const layout = "2006-01-02"

var errNoDate = errors.New("a date is written YYYY-MM-DD and must exist")

// Date is a calendar day, counted from 1970-01-01.
type Date int32

// Of returns the day of a year, month and day.
func Of(year int, month time.Month, day int) Date {
	return FromTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// FromTime returns the calendar day that t shows in its own zone.
func FromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Parse reads YYYY-MM-DD; a day that does not exist is an error, which never repeats what was written.
func Parse(s string) (Date, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return 0, errNoDate
	}
	return FromTime(t), nil
}

// Time is midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is the day as YYYY-MM-DD.
func (d Date) String() string { return d.Time().Format(layout) }

// Year is the calendar year of the day.
func (d Date) Year() int { return d.Time().Year() }

// AddDays moves the day.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// DaysSince counts the days from another day to this one.
func (d Date) DaysSince(other Date) int { return int(d - other) }

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// Bind reads a query parameter, for the generated servers.
func (d *Date) Bind(src string) error { return d.UnmarshalText([]byte(src)) }

// Value stores the day as an SQL date.
func (d Date) Value() (driver.Value, error) { return d.Time(), nil }

// Scan reads an SQL date, or its text.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case time.Time:
		*d = FromTime(v)
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	default:
		return fmt.Errorf("a date can't be read from %T", src)
	}
}

// weekdaysBefore counts the Mondays to Fridays from a fixed Monday up to the day before d.
func weekdaysBefore(d Date) int {
	n := int(d) + 3 + 7*200000 // 1970-01-01 was a Thursday: three days after a Monday
	weeks, rest := n/7, n%7
	return weeks*5 + min(rest, 5)
}
