package paper

const (
	sampleWidth  = 10.0
	legendGap    = 6.0
	legendHeight = 5.0
)

// entry is where the name of a series stands in the legend.
type entry struct {
	name    string
	x, line float64
	width   float64
}

// entries sets the names one beside the other, and on a new line what does not fit.
func (l Lines) entries(x *press) []entry {
	x.letters("", small)
	out := make([]entry, len(l.Series))
	left, line := 0.0, 0.0
	for i, s := range l.Series {
		name := x.shortened(s.Name, x.width-sampleWidth-labelGap)
		width := sampleWidth + labelGap + x.wide(name)
		if left > 0 && left+width > x.width {
			left, line = 0, line+1
		}
		out[i] = entry{name, margin + left, line, width}
		left += width + legendGap
	}
	return out
}

func (l Lines) legendHeight(x *press) float64 {
	all := l.entries(x)
	return (all[len(all)-1].line+1)*legendHeight + 1
}

// legend prints the names of the series, each with a piece of its line.
func (l Lines) legend(x *press) {
	top := x.GetY()
	for i, e := range l.entries(x) {
		y := top + e.line*legendHeight
		x.stroke(styles[i], [][2]float64{{e.x, y + legendHeight/2}, {e.x + sampleWidth, y + legendHeight/2}})
		x.fill(styles[i].colour)
		styles[i].marker(x, e.x+sampleWidth/2, y+legendHeight/2)
		x.put(room{e.x + sampleWidth + labelGap, y, e.width, legendHeight}, e.name, "L")
	}
	x.SetXY(margin, top+l.legendHeight(x))
}
