package season

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"w2w/pkg/period"
)

// ErrInput means that the files of the season can't be read as a season.
var ErrInput = errors.New("the season can't be read")

// faults are what is wrong with the files; they are told together, up to a number that a person can read.
type faults struct{ list []string }

const maxFaults = 20

func (f *faults) add(at string, format string, args ...any) {
	f.list = append(f.list, at+": "+fmt.Sprintf(format, args...))
}

func (f *faults) err() error {
	shown := f.list
	if len(shown) == 0 {
		return nil
	}
	if more := len(shown) - maxFaults; more > 0 {
		shown = append(slices.Clone(shown[:maxFaults]), fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%w:\n  %s", ErrInput, strings.Join(shown, "\n  "))
}

// row is one line of a file, whose cells are read by the name of their column.
type row struct {
	table  *table
	line   int
	cells  []string
	broken bool // something is wrong with it
}

// table is a CSV file with a header.
type table struct {
	name    string
	columns map[string]int
	rows    []*row
	faults  *faults
}

// readTable reads a file as RFC 4180 has it, with or without a byte order mark.
func readTable(name string, raw []byte, required []string, f *faults) *table {
	t := &table{name: name, columns: map[string]int{}, faults: f}
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
		t.rows = append(t.rows, &row{table: t, line: line, cells: cells})
	}
}

func (t *table) broken(err error) {
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

// fail notes what is wrong with a cell.
func (r *row) fail(column, format string, args ...any) {
	r.broken = true
	r.table.faults.add(fmt.Sprintf("%s, line %d, column %s", r.table.name, r.line, column), format, args...)
}

func (r *row) text(column string) string {
	cell := r.cells[r.table.columns[column]]
	if !utf8.ValidString(cell) {
		r.fail(column, "the cell is not UTF-8")
	}
	return cell
}

func (r *row) number(column string) int64 {
	n, err := strconv.ParseInt(r.text(column), 10, 64)
	if err != nil {
		r.fail(column, "%q is not a whole number", r.text(column))
	}
	return n
}

func (r *row) date(column string) period.Date {
	d, err := period.Parse(r.text(column))
	if err != nil {
		r.fail(column, "%q is not a date", r.text(column))
	}
	return d
}

func (r *row) boolean(column string) bool {
	switch r.text(column) {
	case "true":
		return true
	case "false":
		return false
	}
	r.fail(column, "%q is neither true nor false", r.text(column))
	return false
}
