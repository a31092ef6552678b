package sheets

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/google/renameio/v2"
)

// Line writes cells as they are printed.
func Line(cells ...any) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = fmt.Sprint(c)
	}
	return out
}

// Save writes a file whole or not at all.
func Save(name string, rows [][]string) error {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return err
	}
	return renameio.WriteFile(name, b.Bytes(), 0o644)
}
