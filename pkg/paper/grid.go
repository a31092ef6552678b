package paper

// grid prints a table whose columns all have their width.
type grid struct {
	*press
	columns []Column
	width   float64
}

func (t Table) grid(x *press) grid {
	g := grid{press: x, columns: t.sized(x.width)}
	for _, c := range g.columns {
		g.width += c.Width
	}
	return g
}

// keep goes on with the table on a new page when this one does not have the height, and says so.
func (g grid) keep(height float64) bool {
	if !g.fit(height) {
		return false
	}
	g.heads()
	return true
}

func (g grid) names() []string {
	names := make([]string, len(g.columns))
	for i, c := range g.columns {
		names[i] = c.Name
	}
	return names
}

func (g grid) heads() {
	names := g.names()
	g.letters("B", small)
	g.SetFillColor(230, 234, 240)
	height := g.height(names)
	g.Rect(margin, g.GetY(), g.width, height, "F")
	g.lines(names, false)
	g.letters("", small)
}

func (g grid) row(r Row) {
	style := ""
	if r.Strong {
		style = "B"
	}
	g.letters(style, small)
	if g.keep(g.height(r.Cells)) && r.Strong {
		g.letters(style, small)
	}
	if r.Faint {
		g.SetTextColor(130, 130, 130)
	}
	g.lines(r.Cells, true)
	g.SetTextColor(0, 0, 0)
}

// height is that of the highest cell of a row.
func (g grid) height(cells []string) float64 {
	lines := 1
	for i, text := range cells {
		lines = max(lines, len(g.split(text, i)))
	}
	return float64(lines)*lineHeight + 2*cellPadding
}

// tallest is how many lines a row may have and still stand whole on a page below the heads.
func (g grid) tallest() int {
	return int((g.end - margin - headHeight - 4*lineHeight - 4*cellPadding) / lineHeight)
}

func (g grid) split(text string, column int) []string {
	return g.wrapped(text, g.columns[column].Width-2*cellPadding, g.tallest())
}

// rule draws a line over the width of the table.
func (g grid) rule() {
	g.SetDrawColor(190, 190, 190)
	g.Line(margin, g.GetY(), margin+g.width, g.GetY())
}

// lines prints the cells of a row side by side.
func (g grid) lines(cells []string, ruled bool) {
	height := g.height(cells)
	y, left := g.GetY(), margin
	if ruled {
		g.rule()
	}
	for i, text := range cells {
		column := g.columns[i]
		align := "L"
		if column.Right {
			align = "R"
		}
		for n, line := range g.split(text, i) {
			g.SetXY(left+cellPadding, y+cellPadding+float64(n)*lineHeight)
			g.line(column.Width-2*cellPadding, lineHeight, line, align, 0)
		}
		left += column.Width
	}
	g.SetXY(margin, y+height)
}
