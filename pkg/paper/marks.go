package paper

import (
	"slices"

	"codeberg.org/go-pdf/fpdf"
)

// style tells a line from the others by its colour, its dashes and its marker, each enough alone.
type style struct {
	colour colour
	dashes []float64
	marker func(x *press, left, top float64)
}

// The colours are of the palette of Okabe and Ito, which colour-blind readers tell apart.
var styles = [mostSeries]style{
	{colour{0, 114, 178}, nil, (*press).disc},
	{colour{213, 94, 0}, []float64{2.4, 1.2}, (*press).square},
	{colour{0, 158, 115}, []float64{0.7, 1.1}, (*press).triangle},
}

const (
	lineWidth  = 0.6
	markerSize = 1.0
	// markedMonths is up to how many months every point has its marker.
	markedMonths = 36
)

func (x *press) disc(left, top float64) { x.Circle(left, top, markerSize, "F") }

func (x *press) square(left, top float64) {
	x.Rect(left-markerSize, top-markerSize, 2*markerSize, 2*markerSize, "F")
}

func (x *press) triangle(left, top float64) {
	const half = markerSize * 1.2
	x.Polygon([]fpdf.PointType{{X: left, Y: top - half}, {X: left + half, Y: top + half}, {X: left - half, Y: top + half}}, "F")
}

// stroke draws a line through places in a style, and leaves the pen as it was.
func (x *press) stroke(s style, places [][2]float64) {
	x.ink(s.colour)
	x.SetLineWidth(lineWidth)
	x.SetLineJoinStyle("round")
	x.SetDashPattern(s.dashes, 0)
	x.MoveTo(places[0][0], places[0][1])
	for _, at := range places[1:] {
		x.LineTo(at[0], at[1])
	}
	x.DrawPath("D")
	x.SetDashPattern(nil, 0)
	x.SetLineWidth(thin)
}

// series draws a line with its gaps. In a long one only the ends and the points that stand alone have markers.
func (p plot) series(s Series, look style) {
	p.fill(look.colour)
	for _, r := range s.runs() {
		places := make([][2]float64, len(r))
		for i, d := range r {
			places[i][0], places[i][1] = p.at(d)
		}
		if len(r) > 1 {
			p.stroke(look, places)
		}
		for i, d := range r {
			if len(r) == 1 || p.last-p.first < markedMonths || d == s.first() || d == s.last() {
				look.marker(p.press, places[i][0], places[i][1])
			}
		}
	}
}

// label is the value of a point beside it.
type label struct {
	text   string
	x, y   float64
	colour colour
}

// values writes the first or the last value of each series beside its point, none over another.
func (p plot) values(last bool) {
	labels := make([]label, 0, mostSeries)
	for i, s := range p.lines.Series {
		d := s.first()
		if last {
			d = s.last()
		} else if d.month == s.last().month {
			continue
		}
		x, y := p.at(d)
		labels = append(labels, label{p.lines.Unit.write(d.value), x, y, styles[i].colour})
	}
	slices.SortStableFunc(labels, func(a, b label) int { return int((a.y - b.y) * 1000) })
	spread(labels, p.area.y-labelHeight/2, p.area.y+p.area.h)
	p.letters("B", labelSize)
	for _, l := range labels {
		width := p.wide(l.text)
		left := l.x + labelGap
		if !last {
			left = l.x - labelGap - width
		}
		p.fill(colour{255, 255, 255})
		p.Rect(left-0.3, l.y-labelHeight/2+0.2, width+0.6, labelHeight-0.4, "F")
		p.text(l.colour)
		p.put(room{left, l.y - labelHeight/2, width, labelHeight}, l.text, "L")
	}
	p.text(colour{})
}

// spread moves labels, sorted from the top, apart and into their room.
func spread(labels []label, top, bottom float64) {
	for i := range labels {
		least := top + labelHeight/2
		if i > 0 {
			least = labels[i-1].y + labelHeight
		}
		labels[i].y = max(labels[i].y, least)
	}
	for i := len(labels) - 1; i >= 0; i-- {
		most := bottom - labelHeight/2 - labelHeight*float64(len(labels)-1-i)
		labels[i].y = min(labels[i].y, most)
	}
}
