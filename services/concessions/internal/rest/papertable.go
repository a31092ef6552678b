package rest

// table prints the rows under a head that stands again on each page; no row is cut in two.
func (x press) table() {
	x.Ln(2)
	x.columnHeads()
	for _, r := range x.paper.rows {
		x.row(r)
	}
	x.keep(closing)
	x.letters("B", small)
	x.lines(x.paper.totals, "T")
}

// keep goes on with the table on a new page when this one does not have the height.
func (x press) keep(height float64) {
	if x.GetY()+height > pageEnd {
		x.AddPage()
		x.columnHeads()
	}
}

func (x press) columnHeads() {
	names := make([]string, len(x.paper.columns))
	for i, c := range x.paper.columns {
		names[i] = c.name
	}
	x.letters("B", small)
	x.SetFillColor(230, 234, 240)
	height := x.height(names)
	x.Rect(margin, x.GetY(), pageWidth, height, "F")
	x.lines(names, "")
	x.letters("", small)
}

func (x press) row(r paperRow) {
	x.letters("", small)
	x.keep(x.height(r.cells))
	if r.ended {
		x.SetTextColor(130, 130, 130)
	}
	x.lines(r.cells, "T")
	x.SetTextColor(0, 0, 0)
}

// height is that of the highest cell of a row.
func (x press) height(cells []string) float64 {
	lines := 1
	for i, text := range cells {
		lines = max(lines, len(x.split(text, i)))
	}
	return float64(lines)*lineHeight + 2*cellPadding
}

func (x press) split(text string, column int) []string {
	return x.SplitText(printable(text), x.paper.columns[column].width-2*cellPadding)
}

// lines prints the cells of a row side by side.
func (x press) lines(cells []string, border string) {
	height := x.height(cells)
	y, left := x.GetY(), margin
	if border != "" {
		x.SetDrawColor(190, 190, 190)
		x.Line(margin, y, margin+pageWidth, y)
	}
	for i, text := range cells {
		column := x.paper.columns[i]
		align := "L"
		if column.right {
			align = "R"
		}
		for n, line := range x.split(text, i) {
			x.SetXY(left+cellPadding, y+cellPadding+float64(n)*lineHeight)
			x.line(column.width-2*cellPadding, lineHeight, line, align, 0)
		}
		left += column.width
	}
	x.SetXY(margin, y+height)
}
