package bulk

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"w2w/pkg/fault"
)

// Failed is a row as it was sent, column by column, with the reasons why it was not taken.
type Failed struct {
	Values  map[string]string
	Reasons []fault.Field
}

// FailedColumns stand behind the columns of the form in a file of failed rows; a Form that ignores them takes
// the file again once it is corrected.
func FailedColumns() []string { return []string{"codes", "reasons"} }

// Failed writes rows that failed as a file of the media type: the columns of the form, the codes and the reasons.
func (f Form) Failed(media string, rows []Failed) (*bytes.Buffer, error) {
	header := make([]string, len(f.Columns))
	for i, c := range f.Columns {
		header[i] = c.Name
	}
	t, err := NewTable(media, slices.Concat(header, FailedColumns()))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := t.Row(f.failed(r)); err != nil {
			return nil, err
		}
	}
	var file bytes.Buffer
	_, err = t.WriteTo(&file)
	return &file, err
}

func (f Form) failed(r Failed) []any {
	var cells []any
	for _, c := range f.Columns {
		cells = append(cells, c.cell(r.Values[c.Name]))
	}
	var codes, reasons []string
	for _, reason := range r.Reasons {
		codes = append(codes, reason.Code)
		reasons = append(reasons, strings.TrimPrefix(reason.Pointer, "/")+": "+reason.Text.IT)
	}
	return append(cells, strings.Join(codes, ";"), strings.Join(reasons, "; "))
}

// cell is what was sent as a table shows it: a number as one.
func (c Column) cell(sent string) any {
	if c.Kind == Number && wholeNumber.MatchString(sent) {
		return json.Number(sent)
	}
	return sent
}
