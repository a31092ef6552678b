package paper

const (
	chartGap    = 2.0
	titleHeight = 6.0
	axisGap     = 3.0 // below the words of the axis
	axisHeight  = 4.0
	plotHeight  = 56.0
	monthHeight = 9.0
	noteHeight  = 4.2
	labelSize   = 7.5
	labelHeight = 3.6
	labelGap    = 2.0
)

// plot is a chart of lines while it is printed: area is the room between its axes, left and right the room
// inside it for the values of the first and the last points.
type plot struct {
	*press
	lines       Lines
	scale       scale
	area        room
	left, right float64
	first, last int
}

func (l Lines) start(x *press) float64 {
	return chartGap + titleHeight + l.legendHeight(x) + axisHeight + plotHeight + monthHeight + float64(len(l.notes()))*noteHeight + 2
}

// note is a sentence below a chart, and its style.
type note struct{ text, style string }

// notes are what the reader must know to read the lines right.
func (l Lines) notes() (out []note) {
	if s := l.scale(); s.cut() {
		out = append(out, note{s.warning(), "B"})
	}
	if l.gaps() {
		out = append(out, note{"Dove una linea è interrotta, il dato del mese manca.", ""})
	}
	return out
}

func (l Lines) scale() scale {
	_, _, least, most := l.span()
	return scaleOf(least, most, l.Zoomed, l.Unit)
}

func (l Lines) print(x *press) {
	x.fit(l.start(x))
	x.chartTitle(l.Title)
	l.legend(x)
	p := l.plot(x)
	p.axes()
	for i, s := range l.Series {
		p.series(s, styles[i])
	}
	p.values(false)
	p.values(true)
	x.SetXY(margin, p.area.y+p.area.h+monthHeight)
	x.text(grey)
	for _, n := range l.notes() {
		x.letters(n.style, labelSize)
		x.line(x.width, noteHeight, n.text, "L", 1)
	}
	x.text(colour{})
	x.Ln(2)
}

// chartTitle stands above a chart; one without a title has only the section's.
func (x *press) chartTitle(title string) {
	if !x.fresh() {
		x.Ln(chartGap)
	}
	if title == "" {
		return
	}
	x.letters("B", normal)
	x.line(x.width, titleHeight, x.shortened(title, x.width), "L", 1)
}

// plot measures the room of the lines below the words of the axis.
func (l Lines) plot(x *press) plot {
	p := plot{press: x, lines: l, scale: l.scale()}
	p.first, p.last, _, _ = l.span()
	x.letters("", labelSize)
	x.text(grey)
	x.line(x.width, axisHeight, x.shortened(p.scale.words(l.Axis), x.width), "L", 1)
	x.text(colour{})
	ticks := 0.0
	for _, v := range p.scale.ticks() {
		ticks = max(ticks, x.wide(p.scale.write(v)))
	}
	for _, s := range l.Series {
		p.left = max(p.left, x.wide(l.Unit.write(s.first().value)))
		p.right = max(p.right, x.wide(l.Unit.write(s.last().value)))
	}
	p.left, p.right = p.left+2*labelGap, p.right+2*labelGap
	ticks += labelGap
	p.area = room{margin + ticks, x.GetY() + axisGap, x.width - ticks, plotHeight - axisGap}
	return p
}

// at is where a point stands on the sheet.
func (p plot) at(d dot) (x, y float64) {
	x = p.area.x + p.left
	if width := p.area.w - p.left - p.right; p.last > p.first {
		x += width * float64(d.month-p.first) / float64(p.last-p.first)
	} else {
		x += width / 2
	}
	return x, p.area.y + p.area.h*(1-p.scale.part(d.value))
}

func (p plot) axes() {
	a := p.area
	p.letters("", labelSize)
	p.text(grey)
	for _, v := range p.scale.ticks() {
		_, y := p.at(dot{p.first, v})
		p.ink(pale)
		if v == 0 || v == p.scale.low {
			p.ink(grey)
		}
		p.Line(a.x, y, a.x+a.w-p.right+markerSize, y)
		p.put(room{margin, y - labelHeight/2, a.x - margin - labelGap, labelHeight}, p.scale.write(v), "R")
	}
	p.ink(grey)
	if p.scale.cut() {
		p.torn()
	}
	p.months()
	p.text(colour{})
}

// torn marks the foot of an axis that leaves out zero with two strokes.
func (p plot) torn() {
	x, y := p.area.x, p.area.y+p.area.h
	p.SetLineWidth(0.4)
	for _, up := range []float64{2, 3.2} {
		p.Line(x-1.4, y-up+0.6, x+1.4, y-up-0.6)
	}
	p.SetLineWidth(thin)
}
