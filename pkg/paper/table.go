package paper

import (
	"errors"
	"fmt"
)

// Table is printed under a head that stands again on each page; no row is cut in two.
type Table struct {
	Columns []Column
	Rows    []Row
	// Totals is the last row; without it the table ends with its rows.
	Totals []string
	// Closing is the height that stays on one page from the totals on: theirs, and what must not stand alone.
	Closing float64
	// None is said in place of the rows when there are none.
	None string
}

// Column is a column of a table. Columns without a width share what the others leave.
type Column struct {
	Name  string
	Width float64
	Right bool
}

// Row is a line of a table; a Faint one, which no longer holds, is grey, a Strong one is a sum of others.
type Row struct {
	Cells         []string
	Faint, Strong bool
}

const (
	lineHeight  = 4.0
	cellPadding = 1.2
	// leastWidth is what a column needs to hold a few letters.
	leastWidth = 8.0
)

func (t Table) check(width float64) error {
	if len(t.Columns) == 0 {
		return errors.New("a table without columns")
	}
	left := width
	for _, c := range t.sized(width) {
		if c.Width < leastWidth {
			return fmt.Errorf("no room for the column %q", c.Name)
		}
		left -= c.Width
	}
	if left < -0.01 {
		return fmt.Errorf("the columns are %.1f mm too wide", -left)
	}
	for i, r := range t.Rows {
		if len(r.Cells) != len(t.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", i, len(r.Cells), len(t.Columns))
		}
	}
	if t.Totals != nil && len(t.Totals) != len(t.Columns) {
		return fmt.Errorf("%d totals for %d columns", len(t.Totals), len(t.Columns))
	}
	return nil
}

// sized gives the columns without a width an equal part of what the others leave.
func (t Table) sized(width float64) []Column {
	open := 0
	for _, c := range t.Columns {
		width -= c.Width
		if c.Width == 0 {
			open++
		}
	}
	out := make([]Column, len(t.Columns))
	for i, c := range t.Columns {
		if c.Width == 0 {
			c.Width = width / float64(open)
		}
		out[i] = c
	}
	return out
}

// opening is the height for the head of a table and a first row of some lines, which don't stand apart.
const opening = 30.0

func (Table) start(*press) float64 { return opening }

func (t Table) print(x *press) {
	g := t.grid(x)
	x.fit(opening)
	x.Ln(2)
	g.heads()
	for _, r := range t.Rows {
		g.row(r)
	}
	if len(t.Rows) == 0 && t.None != "" {
		x.put(room{margin + cellPadding, x.GetY() + cellPadding, x.width, lineHeight}, t.None, "L")
		x.SetXY(margin, x.GetY()+lineHeight+cellPadding)
	}
	if t.Totals == nil {
		g.rule()
		return
	}
	g.keep(max(t.Closing, g.height(t.Totals)))
	x.letters("B", small)
	g.lines(t.Totals, true)
}
