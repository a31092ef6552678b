package paper

import (
	"slices"
	"strconv"
	"time"

	"w2w/pkg/period"
)

// monthWidth is the least room for the name of a month.
const monthWidth = 9.0

// monthSteps are the distances at which months may be named: each of them divides years, or is years.
var monthSteps = []int{1, 2, 3, 6, 12, 24, 60, 120}

// months writes the months below the axis, as many as are readable, and each year once.
func (p plot) months() {
	bottom, year := p.area.y+p.area.h, 0
	for _, m := range p.named() {
		x, _ := p.at(dot{month: m})
		p.Line(x, bottom, x, bottom+1)
		p.put(room{x - monthWidth/2, bottom + 1.2, monthWidth, labelHeight}, period.ItalianMonth(time.Month(m%12 + 1))[:3], "C")
		if m/12 != year {
			year = m / 12
			p.put(room{x - monthWidth/2, bottom + 1.2 + labelHeight, monthWidth, labelHeight}, strconv.Itoa(year), "C")
		}
	}
}

// named are the months that have room for their name: some at even distances, and always the last.
func (p plot) named() (out []int) {
	if p.first == p.last {
		return []int{p.first}
	}
	each := p.last - p.first
	if i := slices.IndexFunc(monthSteps, func(step int) bool { return p.between(p.first, p.first+step) >= monthWidth }); i >= 0 {
		each = monthSteps[i]
	}
	for m := p.first; m < p.last; m++ {
		if m%each == 0 && p.between(m, p.last) >= monthWidth {
			out = append(out, m)
		}
	}
	return append(out, p.last)
}

// between is the room from one month to another.
func (p plot) between(from, to int) float64 {
	a, _ := p.at(dot{month: from})
	b, _ := p.at(dot{month: to})
	return b - a
}
