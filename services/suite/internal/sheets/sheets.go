// Package sheets reads CSV files whose mistakes are told together, and writes results as such files.
package sheets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"w2w/pkg/period"
)

// ErrInput means that the files of an import can't be read.
var ErrInput = errors.New("the files can't be read")

// Row is one line of a file, whose cells are read by the name of their column.
type Row struct {
	Line   int
	Broken bool // something is wrong with it
	table  *Table
	cells  []string
}

// Table is a CSV file with a header.
type Table struct {
	Rows    []*Row
	name    string
	columns map[string]int
	faults  *Faults
}

// Read reads a file as RFC 4180 has it, with or without a byte order mark.
func Read(name string, raw []byte, required []string, f *Faults) *Table {
	t := &Table{name: name, columns: map[string]int{}, faults: f}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	header, err := in.Read()
	if err != nil {
		t.broken(err)
		return t
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t|") {
		f.add(name+", line 1", "the columns are not separated by commas")
		return t
	}
	for i, column := range header {
		if _, twice := t.columns[column]; twice {
			f.add(name+", line 1", "the column %s stands twice", column)
		}
		t.columns[column] = i
	}
	for _, column := range required {
		if _, ok := t.columns[column]; !ok {
			f.add(name+", line 1", "the column %s is missing", column)
		}
	}
	for {
		cells, err := in.Read()
		if err != nil {
			t.broken(err)
			return t
		}
		line, _ := in.FieldPos(0)
		t.Rows = append(t.Rows, &Row{table: t, Line: line, cells: cells})
	}
}

func (t *Table) broken(err error) {
	var at *csv.ParseError
	switch {
	case errors.As(err, &at):
		where := fmt.Sprintf("%s, line %d", t.name, at.StartLine)
		if at.Line == at.StartLine { // otherwise a quotation ran on into later lines
			where += fmt.Sprintf(", character %d", at.Column)
		}
		t.faults.add(where, "%v", at.Err)
	case errors.Is(err, io.EOF) && len(t.columns) == 0:
		t.faults.add(t.name, "the file is empty")
	case !errors.Is(err, io.EOF):
		t.faults.add(t.name, "%v", err)
	}
}

// Fail notes what is wrong with the file as a whole.
func (t *Table) Fail(format string, args ...any) { t.faults.add(t.name, format, args...) }

// Check notes every cell of the columns that is no text.
func (t *Table) Check(columns []string) {
	for _, r := range t.Rows {
		for _, c := range columns {
			r.Text(c)
		}
	}
}

// Has says whether the row has the column, which may be missing.
func (r *Row) Has(column string) bool {
	_, ok := r.table.columns[column]
	return ok
}

// Fail notes what is wrong with a cell.
func (r *Row) Fail(column, format string, args ...any) {
	r.Broken = true
	r.table.faults.add(fmt.Sprintf("%s, line %d, column %s", r.table.name, r.Line, column), format, args...)
}

// Text is the cell as it stands.
func (r *Row) Text(column string) string {
	cell := r.cells[r.table.columns[column]]
	if !utf8.ValidString(cell) {
		r.Fail(column, "the cell is not UTF-8")
	}
	return cell
}

// Number is the cell as a whole number.
func (r *Row) Number(column string) int64 {
	n, err := strconv.ParseInt(r.Text(column), 10, 64)
	if err != nil {
		r.Fail(column, "%q is not a whole number", r.Text(column))
	}
	return n
}

// Date is the cell as a day.
func (r *Row) Date(column string) period.Date {
	d, err := period.Parse(r.Text(column))
	if err != nil {
		r.Fail(column, "%q is not a date", r.Text(column))
	}
	return d
}

// Boolean is the cell as true or false.
func (r *Row) Boolean(column string) bool {
	switch r.Text(column) {
	case "true":
		return true
	case "false":
		return false
	}
	r.Fail(column, "%q is neither true nor false", r.Text(column))
	return false
}
