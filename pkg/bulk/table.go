package bulk

import (
	"bytes"
	"compress/flate"
	"encoding/csv"
	"fmt"
	"io"
)

// MediaXLSX is the media type of a workbook.
const MediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Table takes the rows of a list one by one, keeps them compressed, and writes the finished file: nothing is
// sent before the last row is known, so that a file is whole or an error. A cell is a string, a number or nil.
type Table interface {
	Row(cells []any) error
	WriteTo(w io.Writer) (int64, error)
}

// NewTable begins a table of the media type, MediaCSV or MediaXLSX, with its header.
func NewTable(media string, header []string) (Table, error) {
	var t Table
	var err error
	switch media {
	case MediaCSV:
		t, err = newSheetCSV()
	case MediaXLSX:
		t, err = newWorkbook()
	default:
		err = fmt.Errorf("no table is written as %s", media)
	}
	if err != nil {
		return nil, err
	}
	cells := make([]any, len(header))
	for i, h := range header {
		cells[i] = h
	}
	return t, t.Row(cells)
}

type sheetCSV struct {
	packed bytes.Buffer
	press  *flate.Writer
	lines  *csv.Writer
	line   []string
}

func newSheetCSV() (s *sheetCSV, err error) {
	s = &sheetCSV{}
	s.press, err = flate.NewWriter(&s.packed, flate.BestSpeed)
	s.lines = csv.NewWriter(s.press)
	return s, err
}

// Row writes a line; texts are guarded against spreadsheets that run formulas, numbers need no guard.
func (s *sheetCSV) Row(cells []any) error {
	s.line = s.line[:0]
	for _, c := range cells {
		switch c := c.(type) {
		case nil:
			s.line = append(s.line, "")
		case string:
			s.line = append(s.line, guard(c))
		default:
			s.line = append(s.line, fmt.Sprint(c))
		}
	}
	return s.lines.Write(s.line)
}

// WriteTo ends the file and writes it.
func (s *sheetCSV) WriteTo(w io.Writer) (int64, error) {
	s.lines.Flush()
	if err := s.press.Close(); err != nil {
		return 0, err
	}
	return io.Copy(w, flate.NewReader(&s.packed))
}
