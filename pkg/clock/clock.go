// Package clock lets tests choose the time.
package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // an image from scratch has no time zones
)

// Clock returns the present instant.
type Clock func() time.Time

// System is the machine's clock, in UTC.
func System() time.Time { return time.Now().UTC() }

// Fixed returns a clock that always shows the same instant.
func Fixed(t time.Time) Clock { return func() time.Time { return t } }

// Rome is the zone in which the days of acts and deadlines are counted.
func Rome() *time.Location { return rome() }

// rome is read once. The zones travel with the binary, so that a missing one is a mistake of the build.
var rome = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return zone
})

// Today is the calendar day in Rome, as midnight UTC of that date.
func (c Clock) Today() time.Time {
	y, m, d := c().In(Rome()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
