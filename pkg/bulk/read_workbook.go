package bulk

import "w2w/pkg/bulk/xlsx"

// workbook reads the sheet of a workbook: its first row with a value is the header. A text there is a text
// and was not guarded; a cell that is missing is blank.
func (f Form) workbook(body []byte, take func(Record) error) error {
	var header []string
	count := 0
	var stopped error
	err := xlsx.Read(body, f.Sheet, func(line int, cells []xlsx.Cell) error {
		if header == nil {
			header = across(cells, 0)
			return f.checkHeader(header)
		}
		if count == f.MaxRows {
			return f.tooMany(line)
		}
		count++
		stopped = take(f.record(line, header, across(cells, len(header))))
		return stopped
	})
	switch {
	case stopped != nil: // it says nothing of the file
		return stopped
	case err != nil:
		return err
	case header == nil:
		return empty()
	}
	return nil
}

// across lays the cells of a row out by their columns, at least so many. Of those beyond maxHeader, of which
// no form has one, the first stands for all.
func across(cells []xlsx.Cell, least int) []string {
	width := max(least, min(cells[len(cells)-1].Column, maxHeader)+1)
	out := make([]string, width)
	for _, c := range cells {
		out[min(c.Column, maxHeader)] = c.Text
	}
	return out
}
