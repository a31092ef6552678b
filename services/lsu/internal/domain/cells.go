package domain

import (
	"encoding/json"
	"maps"
	"slices"
)

// Cells are those of a row as they were sent, by column. They are packed: there are many rows, and only those of a few
// are looked at again.
type Cells struct {
	columns []string
	packed  []byte // the cells in the order of the columns, as JSON
}

// PackCells packs the cells of a row. Rows with the same columns share them: like is a row before it.
func PackCells(cells map[string]string, like Cells) (Cells, error) {
	c := Cells{columns: like.columns}
	if !c.fits(cells) {
		c.columns = slices.Sorted(maps.Keys(cells))
	}
	values := make([]string, len(c.columns))
	for i, name := range c.columns {
		values[i] = cells[name]
	}
	var err error
	c.packed, err = json.Marshal(values)
	return c, err
}

func (c Cells) fits(cells map[string]string) bool {
	for _, name := range c.columns {
		if _, ok := cells[name]; !ok {
			return false
		}
	}
	return len(c.columns) == len(cells)
}

// Unpack returns the cells by column.
func (c Cells) Unpack() (map[string]string, error) {
	var values []string
	if len(c.packed) > 0 {
		if err := json.Unmarshal(c.packed, &values); err != nil {
			return nil, err
		}
	}
	out := make(map[string]string, len(values))
	for i, v := range values {
		out[c.columns[i]] = v
	}
	return out, nil
}
