package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"w2w/pkg/bulk"
	"w2w/services/lsu/internal/rest/api"
)

// reportHeader is that of a report as a table in long form: one row for each figure of an item of a section.
var reportHeader = []string{"section", "item", "figure", "value"}

// sections are the parts of a report in the order of the table, each with the member that names its items.
var sections = []struct{ name, item string }{
	{"report", ""}, {"figures", ""}, {"exits", "cause"}, {"ages", "from_age"}, {"month_before", "month"}, {"year_before", "month"},
	{"entities", "entity_ref"}, {"decline", "month"}, {"corrections", "movement_ref"},
}

// reportTable writes everything that a report says as a table, and counts its rows.
func reportTable(media string, whole []byte, to io.Writer) (rows int, err error) {
	var report map[string]any
	if err := readReport(whole, &report); err != nil {
		return 0, err
	}
	figures, _ := report["figures"].(map[string]any)
	parts := map[string]any{"report": report, "exits": figures["exits"], "ages": figures["ages"]}
	for name, part := range report {
		parts[name] = part
	}
	t, err := bulk.NewTable(media, reportHeader)
	if err != nil {
		return 0, err
	}
	for _, s := range sections {
		for _, item := range itemsOf(parts[s.name]) {
			n, err := itemRows(t, s.name, s.item, item)
			if err != nil {
				return 0, err
			}
			rows += n
		}
	}
	_, err = t.WriteTo(to)
	return rows, err
}

// itemsOf are the objects of a section: several, one, or none.
func itemsOf(part any) (out []map[string]any) {
	switch part := part.(type) {
	case []any:
		for _, x := range part {
			out = append(out, itemsOf(x)...)
		}
	case map[string]any:
		out = append(out, part)
	}
	return out
}

// itemRows writes the figures of an item in the order of their names; what it is named by is no figure.
func itemRows(t bulk.Table, section, named string, item map[string]any) (rows int, err error) {
	name := ""
	if named != "" {
		name = fmt.Sprint(item[named])
	}
	for _, figure := range slices.Sorted(maps.Keys(item)) {
		switch value := item[figure].(type) {
		case string, json.Number, bool:
			if figure == named {
				continue
			}
			if err := t.Row([]any{section, name, figure, value}); err != nil {
				return 0, err
			}
			rows++
		}
	}
	return rows, nil
}

// readReport reads a report without changing a number.
func readReport[T map[string]any | api.Report](raw []byte, into *T) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	return dec.Decode(into)
}
