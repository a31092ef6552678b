package paper

import (
	"errors"
	"fmt"
	"time"
)

// Lines is a chart of one to three series over months.
type Lines struct {
	Title string
	// Axis says what the vertical axis counts.
	Axis string
	Unit Unit
	// Zoomed lets the vertical axis leave out zero; the chart then says so.
	Zoomed bool
	Series []Series
}

// Series is a line of a chart. A month without a point leaves a gap.
type Series struct {
	Name   string
	Points []Point
}

// Point is the value of a month, which is written 2010-01.
type Point struct {
	Month string
	Value int64
}

const (
	mostSeries = 3
	mostMonths = 600
)

func (l Lines) check(float64) error {
	if len(l.Series) == 0 || len(l.Series) > mostSeries {
		return errors.New("a chart has one to three series")
	}
	least, most := mostMonths*mostMonths, 0
	for _, s := range l.Series {
		if err := s.check(); err != nil {
			return err
		}
		least, most = min(least, monthOf(s.Points[0].Month)), max(most, monthOf(s.Points[len(s.Points)-1].Month))
	}
	if most-least >= mostMonths {
		return fmt.Errorf("a chart has at most %d months", mostMonths)
	}
	return nil
}

func (s Series) check() error {
	if s.Name == "" || len(s.Points) == 0 {
		return errors.New("a series has a name and a point")
	}
	before := -1
	for _, p := range s.Points {
		month := monthOf(p.Month)
		switch {
		case month < 0:
			return fmt.Errorf("series %q: %q is no month", s.Name, p.Month)
		case month <= before:
			return fmt.Errorf("series %q: %s is not after the month before it", s.Name, p.Month)
		case p.Value > largest || p.Value < -largest:
			return fmt.Errorf("series %q: %s is too great", s.Name, p.Month)
		}
		before = month
	}
	return nil
}

// monthOf counts months from the year 0; -1 is no month.
func monthOf(text string) int {
	t, err := time.Parse("2006-01", text)
	if err != nil {
		return -1
	}
	return t.Year()*12 + int(t.Month()) - 1
}

// run is a part of a line without a gap.
type run []dot

// dot is a point of a line where it stands among the months.
type dot struct {
	month int
	value int64
}

// runs cuts a series at its gaps.
func (s Series) runs() (out []run) {
	for _, p := range s.Points {
		d := dot{monthOf(p.Month), p.Value}
		last := len(out) - 1
		if last < 0 || out[last][len(out[last])-1].month+1 < d.month {
			out = append(out, run{d})
			continue
		}
		out[last] = append(out[last], d)
	}
	return out
}

func (s Series) first() dot { return s.end(0) }
func (s Series) last() dot  { return s.end(len(s.Points) - 1) }

func (s Series) end(i int) dot { return dot{monthOf(s.Points[i].Month), s.Points[i].Value} }

// span is the first and last month of all series, and their least and greatest value.
func (l Lines) span() (first, last int, least, most int64) {
	first, last, least, most = l.Series[0].first().month, 0, largest, -largest
	for _, s := range l.Series {
		first, last = min(first, s.first().month), max(last, s.last().month)
		for _, p := range s.Points {
			least, most = min(least, p.Value), max(most, p.Value)
		}
	}
	return first, last, least, most
}

// gaps says that a line is interrupted.
func (l Lines) gaps() bool {
	for _, s := range l.Series {
		if len(s.runs()) > 1 {
			return true
		}
	}
	return false
}
