package sheets

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"iter"
)

// Part is a piece of a file, with a header of its own.
type Part struct {
	From string // where it stands in the file, for people
	CSV  []byte
	Rows int
}

// Parts cuts rows, in their order, into pieces of the columns that have at most so many rows and about so many bytes.
func Parts(columns []string, rows []*Row, maxRows, maxBytes int) iter.Seq2[int, Part] {
	return func(yield func(int, Part) bool) {
		for n := 0; len(rows) > 0; n++ {
			p := part(columns, rows, maxRows, maxBytes)
			rows = rows[p.Rows:]
			if !yield(n, p) {
				return
			}
		}
	}
}

func part(columns []string, rows []*Row, maxRows, maxBytes int) (p Part) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(columns) // a buffer takes everything
	for p.Rows < min(maxRows, len(rows)) && b.Len() < maxBytes {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = rows[p.Rows].Text(c)
		}
		_ = w.Write(cells)
		w.Flush()
		p.Rows++
	}
	first, last := rows[0], rows[p.Rows-1]
	p.From, p.CSV = fmt.Sprintf("%s, lines %d to %d", first.table.name, min(first.Line, last.Line), max(first.Line, last.Line)), b.Bytes()
	return p
}
