package paper

import (
	"fmt"

	"w2w/pkg/money"
)

// Unit says what the numbers of a chart are.
type Unit int

const (
	// Counts are whole numbers.
	Counts Unit = iota
	// Cents are amounts in cents of a euro.
	Cents
)

// largest is the greatest number of a chart, without its sign.
const largest = 1_000_000_000_000_000

func (u Unit) write(v int64) string {
	if u == Cents {
		return money.Euro(v)
	}
	return money.Count(v)
}

// scale is a vertical axis: it has a tick at each step from low to high, both included.
type scale struct {
	low, high, step int64
	unit            Unit
}

// intervals is the most that an axis has.
const intervals = 8

// scaleOf finds the finest axis of nice numbers that holds both ends; unless it is zoomed it holds zero too.
func scaleOf(least, most int64, zoomed bool, unit Unit) scale {
	if !zoomed {
		least, most = min(least, 0), max(most, 0)
	}
	for power := int64(1); ; power *= 10 {
		for _, nice := range []int64{1, 2, 5} {
			step := power * nice
			s := scale{floorTo(least, step), -floorTo(-most, step), step, unit}
			if s.low == s.high {
				s.high += step
			}
			if (s.high-s.low)/step <= intervals {
				return s
			}
		}
	}
}

// floorTo is the greatest multiple of step that is not above v.
func floorTo(v, step int64) int64 {
	rest := v % step
	if rest < 0 {
		rest += step
	}
	return v - rest
}

// cut says that the axis leaves out zero.
func (s scale) cut() bool { return s.low > 0 || s.high < 0 }

func (s scale) ticks() (out []int64) {
	for v := s.low; v <= s.high; v += s.step {
		out = append(out, v)
	}
	return out
}

const (
	euro    = 100
	million = 1_000_000 * euro
)

// write is the text of a tick: as short as the step allows.
func (s scale) write(v int64) string {
	switch {
	case s.unit == Counts:
		return money.Count(v)
	case s.step%million == 0:
		return money.Count(v / million)
	case s.step%euro == 0:
		return money.Count(v / euro)
	}
	return money.Italian(v)
}

// words say in what the ticks count.
func (s scale) words(what string) string {
	switch {
	case s.unit == Counts:
		return what
	case s.step%million == 0:
		what += " (milioni di euro)"
	default:
		what += " (euro)"
	}
	return what
}

// warning says that the axis leaves out zero.
func (s scale) warning() string {
	return fmt.Sprintf("Attenzione: l'asse verticale non parte da zero ma da %s.", s.unit.write(s.low))
}

// part is where a value stands on the axis: 0 at its low end, 1 at its high one.
func (s scale) part(v int64) float64 { return float64(v-s.low) / float64(s.high-s.low) }
