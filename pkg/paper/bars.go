package paper

import (
	"errors"
	"fmt"

	"w2w/pkg/money"
)

// Bars is a chart of horizontal bars from zero: labels left, values right of each.
type Bars struct {
	Title string
	Unit  Unit
	// Shares adds to each value its part of the sum.
	Shares bool
	Bars   []Bar
}

// Bar is a value, which is not below zero, and what it is.
type Bar struct {
	Label string
	Value int64
}

const (
	barHeight    = 4.6
	barPitch     = 8.0
	barLineDepth = 3.3
	mostBars     = 200
	// barLabels is the most of the width that labels take.
	barLabels = 0.4
)

func (b Bars) check(float64) error {
	if len(b.Bars) == 0 || len(b.Bars) > mostBars {
		return fmt.Errorf("a chart has 1 to %d bars", mostBars)
	}
	for _, one := range b.Bars {
		if one.Label == "" || one.Value < 0 || one.Value > largest {
			return errors.New("a bar has a label and a value from zero")
		}
	}
	return nil
}

// start keeps a short chart on one page; a long one begins where some bars have room.
func (b Bars) start(*press) float64 {
	return chartGap + titleHeight + barPitch*float64(min(len(b.Bars), 15)) + 2
}

// write is the value of a bar, with its part of the sum in tenths of a hundredth.
func (b Bars) write(value int64) string {
	text := b.Unit.write(value)
	sum := int64(0)
	for _, one := range b.Bars {
		sum += one.Value
	}
	if !b.Shares || sum == 0 {
		return text
	}
	tenths := money.Share(1000, value, sum)
	return fmt.Sprintf("%s (%d,%d %%)", text, tenths/10, tenths%10)
}

func (b Bars) print(x *press) {
	x.fit(b.start(x))
	x.chartTitle(b.Title)
	x.letters("", small)
	labels, values, most := 0.0, 0.0, int64(1)
	for _, one := range b.Bars {
		labels, values, most = max(labels, x.wide(one.Label)), max(values, x.wide(b.write(one.Value))), max(most, one.Value)
	}
	labels = min(labels, x.width*barLabels) + 0.5
	longest := x.width - labels - values - 2*labelGap
	for _, one := range b.Bars {
		x.fit(barPitch)
		y, zero := x.GetY(), margin+labels+labelGap
		length := longest * float64(one.Value) / float64(most)
		lines := x.wrapped(one.Label, labels, 2)
		for i, text := range lines {
			top := y + barPitch/2 + barLineDepth*(float64(i)-float64(len(lines))/2)
			x.put(room{margin, top, labels, barLineDepth}, text, "L")
		}
		x.fill(styles[0].colour)
		x.Rect(zero, y+(barPitch-barHeight)/2, length, barHeight, "F")
		x.put(room{zero + length + labelGap, y, values, barPitch}, b.write(one.Value), "L")
		x.ink(grey)
		x.Line(zero, y, zero, y+barPitch)
		x.SetXY(margin, y+barPitch)
	}
	x.Ln(2)
}
