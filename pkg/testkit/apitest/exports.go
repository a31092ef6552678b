package apitest

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"w2w/pkg/bulk"
)

// Exported asks for a list in both forms, wants them to say the same, and returns the CSV's rows.
func (c Caller) Exported(path string) [][]string {
	t := c.House.T
	t.Helper()
	table := c.Send(http.MethodGet, path, nil, "Accept", bulk.MediaCSV)
	require.Equal(t, []any{http.StatusOK, bulk.MediaCSV}, []any{table.Status, table.Header.Get("Content-Type")}, "%s: %.300s", path, table.Raw)
	rows, err := csv.NewReader(bytes.NewReader(table.Raw)).ReadAll()
	require.NoError(t, err, path)
	book := c.Send(http.MethodGet, path, nil, "Accept", bulk.MediaXLSX)
	require.Equal(t, []any{http.StatusOK, bulk.MediaXLSX}, []any{book.Status, book.Header.Get("Content-Type")}, "%s: %.300s", path, book.Raw)
	f, err := excelize.OpenReader(bytes.NewReader(book.Raw))
	require.NoError(t, err, path)
	cells, err := f.GetRows("Dati", excelize.Options{RawCellValue: true})
	require.NoError(t, err, path)
	require.Len(t, cells, len(rows), path)
	for i, row := range rows {
		for j, cell := range row {
			got := ""
			if j < len(cells[i]) { // blank cells at the end of a row are left out
				got = cells[i][j]
			}
			require.Equal(t, strings.TrimPrefix(cell, "'"), got, "%s, row %d, %s", path, i, rows[0][j])
		}
	}
	return rows
}

// Column returns the cells under a name.
func Column(t testing.TB, rows [][]string, name string) (cells []string) {
	t.Helper()
	for j, head := range rows[0] {
		if head == name {
			for _, row := range rows[1:] {
				cells = append(cells, row[j])
			}
			return cells
		}
	}
	require.Fail(t, "no column", "%s in %v", name, rows[0])
	return nil
}
