package xlsx

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// What a sheet may be.
const (
	maxColumn = 16384
	maxRow    = 1048576
	maxBlank  = 100_000 // rows without a value
)

// Cell is a cell that has a value: the text as it was typed, true and false, numbers written out, days as
// YYYY-MM-DD. Columns are counted from 0.
type Cell struct {
	Column int
	Text   string
}

// reading is a pass through a sheet.
type reading struct {
	*book
	*scanner
	row     func(number int, cells []Cell) error
	number  int // of the row that is read
	filled  int // the last row with a value
	blank   int // rows without one
	column  int // of the cell that is read, from 0
	content int // bytes of values
	cells   []Cell
	raw     []byte
	merged  string // the highest merged range, and its first row
	at      int
}

// rows goes through a sheet.
func (b *book) rows(part string, row func(number int, cells []Cell) error) error {
	found, err := b.read(part, "worksheet", mainSpaces, func(s *scanner, _ xml.StartElement) error {
		r := &reading{book: b, scanner: s, row: row}
		err := s.each(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "sheetData":
				return s.each(r.readRow)
			case "mergeCells":
				return s.each(r.merge)
			}
			return nil
		})
		if err == nil && r.merged != "" && r.at <= r.filled {
			return errMerged(r.merged)
		}
		return err
	})
	if err == nil && !found {
		return errCorrupt()
	}
	return err
}

func (r *reading) readRow(e xml.StartElement) error {
	if e.Name.Local != "row" {
		return nil
	}
	next := r.number + 1
	if at := attribute(e, "r"); at != "" {
		n, err := strconv.Atoi(at)
		if err != nil {
			return errXML()
		}
		next = n
	}
	if next <= r.number || next > maxRow {
		return errPlace(ColumnName(0) + strconv.Itoa(max(0, next)))
	}
	r.number, r.column, r.cells = next, -1, r.cells[:0]
	if err := r.scanner.each(r.readCell); err != nil {
		return err
	}
	if len(r.cells) == 0 {
		if r.blank++; r.blank > maxBlank {
			return errBlankRows(r.number)
		}
		return nil
	}
	r.filled = r.number
	return r.row(r.number, r.cells)
}

func (r *reading) readCell(e xml.StartElement) error {
	if e.Name.Local != "c" {
		return nil
	}
	next := r.column + 1
	if at := attribute(e, "r"); at != "" {
		column, row, ok := place(at)
		if !ok {
			return errXML()
		}
		if row != r.number {
			return errPlace(r.name(column))
		}
		next = column
	}
	if next <= r.column || next >= maxColumn {
		return errPlace(r.name(min(next, maxColumn)))
	}
	r.column = next
	text, err := r.value(e)
	if err != nil || text == "" {
		return err
	}
	if r.content += len(text); r.content > maxContent {
		return errTooLarge(maxContent)
	}
	r.cells = append(r.cells, Cell{r.column, text})
	return nil
}

// name is the name of a cell of the row that is read.
func (r *reading) name(column int) string { return ColumnName(column) + strconv.Itoa(r.number) }

func (r *reading) merge(e xml.StartElement) error {
	if e.Name.Local != "mergeCell" {
		return nil
	}
	first, _, _ := strings.Cut(attribute(e, "ref"), ":")
	column, row, ok := place(first)
	if !ok {
		return errXML()
	}
	if r.merged == "" || row < r.at {
		r.merged, r.at = ColumnName(column)+strconv.Itoa(row), row
	}
	return nil
}

// place reads the name of a cell: B7 is column 1, row 7.
func place(name string) (column, row int, ok bool) {
	name = strings.ReplaceAll(name, "$", "")
	letters := len(name) - len(strings.TrimLeft(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if letters == 0 || letters > 3 || len(name) == letters || name[letters] == '-' || name[letters] == '+' {
		return 0, 0, false
	}
	for _, l := range name[:letters] {
		column = column*26 + int(l-'A') + 1
	}
	row, err := strconv.Atoi(name[letters:])
	return column - 1, row, err == nil && row >= 1 && row <= maxRow && column <= maxColumn
}

// ColumnName is A, B … Z, AA for a column counted from 0.
func ColumnName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return ColumnName(i/26-1) + string(rune('A'+i%26))
}
